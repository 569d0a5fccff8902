using TpmHw.Testing;
using TpmHw.Transport;
using TpmHw.Wire;

namespace TpmHw.Tbs.Tests;

/// <summary>What the tests on the double share. They take turns: there is one double in a process.</summary>
[Collection(TbsBench.Name)]
public abstract class TbsTestBase
{
    private protected TbsTestBase(TbsBench bench)
    {
        Bench = bench;
        Double = bench.Reset();
    }

    private protected TbsBench Bench { get; }

    private protected TbsDouble Double { get; }

    private protected static ITpmTransport Open(string connectionString)
    {
        string config = connectionString.Length > 4 ? connectionString[4..] : "";
        return TbsTransport.Descriptor.Open(TransportSettings.Parse(TbsTransport.Descriptor, connectionString, config));
    }

    private protected static uint Send(ITpmTransport transport, byte[] command, CancellationToken cancellationToken = default)
    {
        byte[] response = new byte[transport.Info.MaxResponseSize];
        transport.Transmit(command, response, cancellationToken);
        return TpmHeader.Read(response).Code;
    }

    private protected static uint Random(ITpmTransport transport, CancellationToken cancellationToken = default) =>
        Send(transport, RawCommands.GetRandom(TpmFamily.Tpm20, 8), cancellationToken);
}
