using TpmHw.Testing;
using TpmHw.Transport;
using TpmHw.Transports.Linux;

namespace TpmHw.Transports.Tests.Linux;

public class DeviceConformance : UnreliableTransportConformance
{
    protected override ITpmTransport Open() => Over(MakeDevice(), null);

    protected override ITpmTransport OpenImpatiently() => Over(MakeDevice(), Timeout);

    private protected virtual KernelDevice MakeDevice() => new(Far);

    private static DeviceTransport Over(KernelDevice device, TimeSpan? timeout) =>
        new("device:/dev/tpmrm0", new DeviceNode("/dev/tpmrm0", new LinuxHost("/nowhere")), device, timeout);
}

public sealed class DeviceInPiecesConformance : DeviceConformance
{
    private protected override KernelDevice MakeDevice() => new(Far) { Piece = 7 };
}

/// <summary>Kernels before 4.20 run a command inside write, where neither deadline nor cancellation reaches it; all else holds.</summary>
public sealed class OldKernelDeviceConformance : TransportConformance, IDisposable
{
    private readonly FarSide _far = new();

    protected override ITpmTransport Open() =>
        new DeviceTransport("device:/dev/tpm0", new DeviceNode("/dev/tpm0", new LinuxHost("/nowhere")), new KernelDevice(_far) { Blocks = true });

    public void Dispose() => _far.Dispose();
}
