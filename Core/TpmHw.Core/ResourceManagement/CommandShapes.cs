using TpmHw.Spec;

namespace TpmHw.ResourceManagement;

/// <summary>What a command's handles are, as the TPM itself says (TPM_CAP_COMMANDS).</summary>
internal sealed class CommandShapes
{
    private readonly Dictionary<uint, TpmaCc> _shapes = [];

    /// <summary>Asks the TPM for the commands that it has.</summary>
    /// <returns>Whether it said so: a TPM that was not started doesn't.</returns>
    public bool TryRead(OwnCommands own)
    {
        foreach (uint command in own.Commands())
        {
            var shape = new TpmaCc(command);
            _shapes[(uint)shape.CommandCode] = shape;
        }

        return _shapes.Count > 0;
    }

    /// <summary>A command's shape; false where the TPM does not have it.</summary>
    public bool TryFind(uint code, out TpmaCc shape) => _shapes.TryGetValue(code, out shape);
}
