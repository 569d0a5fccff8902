using TpmHw.Spec;
using TpmHw.Wire;

namespace TpmHw.ResourceManagement;

/// <summary>What a command's handles are, as the TPM itself says (TPM_CAP_COMMANDS).</summary>
internal sealed class CommandShapes
{
    private readonly Dictionary<uint, TpmaCc> _shapes = [];

    /// <summary>Asks the TPM for the commands that it has.</summary>
    /// <returns>Whether it said so: a TPM that was not started doesn't.</returns>
    public bool TryRead(TpmMemory memory)
    {
        const uint Many = 128;
        Span<byte> body = stackalloc byte[3 * sizeof(uint)];
        uint first = 0;
        for (bool more = true; more;)
        {
            var writer = new TpmWriter(body);
            writer.WriteUInt32((uint)TpmCap.Commands);
            writer.WriteUInt32(first);
            writer.WriteUInt32(Many);
            if (memory.Send(TpmCc.GetCapability, body) != TpmRc.Success)
            {
                return false;
            }

            var reader = new TpmReader(memory.Answer);
            more = reader.ReadYesNo();
            reader.ReadUInt32();
            int count = reader.ReadCount((int)Many, sizeof(uint));
            for (int i = 0; i < count; i++)
            {
                var shape = new TpmaCc(reader.ReadUInt32());
                first = (uint)shape.CommandCode;
                _shapes[first] = shape;
            }

            first++;
            more &= count > 0;
        }

        return _shapes.Count > 0;
    }

    /// <summary>A command's shape; false where the TPM does not have it.</summary>
    public bool TryFind(uint code, out TpmaCc shape) => _shapes.TryGetValue(code, out shape);
}
