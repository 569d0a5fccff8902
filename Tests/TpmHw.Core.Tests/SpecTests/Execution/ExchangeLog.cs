using TpmHw.Spec;
using TpmHw.Wire;

namespace TpmHw.Core.Tests.SpecTests.Execution;

/// <summary>A command and its response, as a real TPM exchanged them.</summary>
internal sealed record Exchange(byte[] Command, byte[] Response)
{
    public TpmCc Code => (TpmCc)TpmHeader.Read(Command).Code;

    public bool Succeeded => TpmHeader.Read(Response).Code == 0;
}

/// <summary>Keeps all that passes.</summary>
internal sealed class ExchangeLog(ITpmTransport inner) : ITpmTransportWrapper
{
    public List<Exchange> Exchanges { get; } = [];

    public ITpmTransport Inner => inner;

    public TpmTransportInfo Info => inner.Info;

    public int Transmit(ReadOnlySpan<byte> command, Span<byte> response, CancellationToken cancellationToken)
    {
        int length = inner.Transmit(command, response, cancellationToken);
        Exchanges.Add(new(command.ToArray(), response[..length].ToArray()));
        return length;
    }

    public void Dispose() => inner.Dispose();
}
