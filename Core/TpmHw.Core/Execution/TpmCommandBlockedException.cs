using TpmHw.Spec;
using TpmHw.Wire;

namespace TpmHw;

/// <summary>Windows does not let the command through to the TPM, or it was not even sent because Windows keeps it to itself.</summary>
public sealed class TpmCommandBlockedException : TpmCommandException
{
    /// <summary>Windows refused a command.</summary>
    /// <param name="code">What it answered.</param>
    /// <param name="command">The command.</param>
    public TpmCommandBlockedException(TpmResponseCode code, TpmCc command)
        : this(code, command, WindowsBlocking.Of(command), wasSent: true)
    {
    }

    /// <summary>A command was not sent, because the operating system keeps it to itself.</summary>
    /// <param name="command">The command.</param>
    public TpmCommandBlockedException(TpmCc command)
        : this(new(TpmRc.CommandBlocked), command, WindowsBlocking.Of(command), wasSent: false)
    {
    }

    private TpmCommandBlockedException(TpmResponseCode code, TpmCc command, WindowsBlocking known, bool wasSent)
        : base(code, command, Describe(code, command, known, wasSent), known.Instead)
    {
        IsAllowedToAdministrators = known.AllowedToAdministrators;
        WasSent = wasSent;
    }

    /// <summary>Whether Windows lets administrators send the command, by what is known of it; null where nothing is. Microsoft publishes no list.</summary>
    public bool? IsAllowedToAdministrators { get; }

    /// <summary>Whether Windows was asked; otherwise nothing was sent.</summary>
    public bool WasSent { get; }

    private static string Describe(TpmResponseCode code, TpmCc command, WindowsBlocking known, bool wasSent)
    {
        string administrators = known.AllowedToAdministrators switch
        {
            true => "Administrators may send it.",
            false => "Not even administrators may send it.",
            null => "Whether administrators may send it is not known.",
        };
        return wasSent
            ? $"{NameOf(command)} was blocked by Windows: {code}. {administrators}"
            : $"{NameOf(command)} was not sent: the operating system keeps it to itself.";
    }
}
