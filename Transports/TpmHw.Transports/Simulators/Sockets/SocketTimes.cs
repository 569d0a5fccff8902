using TpmHw.Transport;

namespace TpmHw.Transports.Simulators;

/// <summary>How long a server may take for what.</summary>
internal sealed class SocketTimes
{
    private static readonly TimeSpan s_rest = TimeSpan.FromSeconds(2);

    private readonly TimeSpan? _answer;

    /// <summary>Reads the options <c>timeout</c> and <c>connect-timeout</c>.</summary>
    public SocketTimes(TransportSettings settings)
    {
        _answer = settings.Time("timeout");
        Connect = settings.Time("connect-timeout")!.Value;
    }

    /// <summary>The options that set these times.</summary>
    public static TransportOption[] Options =>
    [
        new("timeout", "time for the answer to any command; without it each command has its own", TransportOptionKind.Milliseconds),
        new("connect-timeout", "time until the server has accepted the connection", TransportOptionKind.Milliseconds, "5000"),
    ];

    /// <summary>Until the server has accepted a connection.</summary>
    public TimeSpan Connect { get; }

    /// <summary>From an answer's first byte to its last: servers send it in one piece.</summary>
    public TimeSpan Rest => _answer < s_rest ? _answer.Value : s_rest;

    /// <summary>For the answer to a request that is no TPM command.</summary>
    public TimeSpan Request => _answer ?? CommandDurations.Prompt;

    /// <summary>Until a command's answer begins.</summary>
    public TimeSpan Answer(ReadOnlySpan<byte> command) => _answer ?? CommandDurations.Of(command);
}
