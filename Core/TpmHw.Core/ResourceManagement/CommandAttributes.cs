using TpmHw.Spec;

namespace TpmHw.ResourceManagement;

/// <summary>The attributes of the TPM's commands (TPMA_CC), which the TPM itself lists (TPM_CAP_COMMANDS).</summary>
internal sealed class CommandAttributes
{
    private readonly Dictionary<uint, TpmaCc> _attributes = [];

    /// <summary>Reads the list from the TPM.</summary>
    /// <returns>Whether the TPM gave it. A TPM that waits for Startup does not.</returns>
    public bool TryRead(ManagerCommands commands)
    {
        foreach (uint command in commands.Commands())
        {
            var attributes = new TpmaCc(command);
            _attributes[(uint)attributes.CommandCode] = attributes;
        }

        return _attributes.Count > 0;
    }

    /// <summary>Finds a command's attributes; false if the TPM does not have the command.</summary>
    public bool TryFind(uint code, out TpmaCc attributes) => _attributes.TryGetValue(code, out attributes);
}
