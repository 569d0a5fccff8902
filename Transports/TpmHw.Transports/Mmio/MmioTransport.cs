using System.Globalization;
using TpmHw.Transport;
using TpmHw.Transports.Linux;
using TpmHw.Transports.Registers;
using TpmHw.Transports.Registers.Crb;

namespace TpmHw.Transports.Mmio;

/// <summary>A TPM whose registers are in memory, driven past the kernel: finds out where they are and which interface they make.</summary>
public static class MmioTransport
{
    /// <summary>How connection strings describe it.</summary>
    public static TransportDescriptor Descriptor { get; } = new()
    {
        Name = "mmio",
        Summary = "a TPM's registers in memory, past the kernel (root, /dev/mem)",
        Example = "mmio:0xFED40000",
        Platforms = ["Linux"],
        Options =
        [
            new("address", "physical address of locality 0; without it what the ACPI table TPM2 says, or 0xFED40000") { IsPositional = true },
            new("interface", "the registers' interface", TransportOptionKind.Choice, "auto") { Choices = ["auto", "fifo", "crb"] },
            RegisterSettings.Verify,
            RegisterSettings.Seize,
            RegisterSettings.Timeout,
        ],
        // Never found by itself: it takes the TPM from under everybody else.
        Open = static settings => Open(
            settings.ConnectionString,
            settings.Text("address") is { } text ? AddressOf(settings, text) : null,
            settings.Text("interface") switch { "fifo" => TpmInterfaceType.Fifo, "crb" => TpmInterfaceType.Crb, _ => null },
            RegisterSettings.Read(settings),
            LinuxHost.Current,
            static (address, length) => DevMemRegion.Map(address, length)),
    };

    /// <summary>Opens the TPM at an address with whichever interface is active there, as TPM_INTERFACE_ID says (PTP).</summary>
    /// <param name="address">The physical address of locality 0.</param>
    /// <param name="map">Makes memory accessible.</param>
    /// <param name="kind">The transport's name in a connection string.</param>
    /// <param name="name">The connection string as the user wrote it.</param>
    /// <param name="options">Options; the usual ones where null.</param>
    /// <exception cref="TpmTransportException">There is no TPM, or it can't be used; the exception says why.</exception>
    public static ITpmTransport Open(ulong address, MmioMapper map, string kind, string name, RegisterTransportOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(map);
        return Open(Probe(address, map), address, map, kind, name, options);
    }

    internal static ITpmTransport Open(string name, ulong? address, TpmInterfaceType? wanted, RegisterTransportOptions? options, LinuxHost host, MmioMapper map)
    {
        Tpm2Table? table = address is null ? ReadTable(host) : null;
        table?.CheckStartMethod();
        if (table?.StartMethod == TpmStartMethod.Crb && wanted is null or TpmInterfaceType.Crb)
        {
            return CrbDriver.Open(name, table!.CrbArea(first => IsResource(host, first)), map, options);
        }

        ulong first = address ?? (table?.ControlAddress is { } control and not 0 ? control : MmioRegisterBus.UsualAddress);
        return Open(wanted ?? Probe(first, map), first, map, Descriptor.Name, name, options);
    }

    private static ITpmTransport Open(TpmInterfaceType type, ulong first, MmioMapper map, string kind, string name, RegisterTransportOptions? options) =>
        type == TpmInterfaceType.Crb
            ? CrbDriver.Open(name, CrbArea.AtLocality0(first), map, options, kind)
            : RegisterTransport.Open(new MmioRegisterBus(map(first, MmioRegisterBus.LocalitySize * MmioRegisterBus.Localities)), kind, name, options);

    /// <summary>Which interface is active. A TPM 1.2 has no TPM_INTERFACE_ID, which reads as ones then.</summary>
    private static TpmInterfaceType Probe(ulong first, MmioMapper map)
    {
        using IMmioRegion region = map(first, MmioRegisterBus.LocalitySize);
        var id = new TpmInterfaceId(region.Read32((int)TpmRegister.InterfaceId));
        if (id.Type == TpmInterfaceType.Crb)
        {
            return TpmInterfaceType.Crb;
        }

        return region.Read8((int)TpmRegister.Access) != byte.MaxValue ? TpmInterfaceType.Fifo : throw new TpmTransportException(
            TpmFault.FloatingBus,
            string.Create(CultureInfo.InvariantCulture, $"There is no TPM at 0x{first:X}: everything reads as ones."),
            string.Create(CultureInfo.InvariantCulture, $"TPM_ACCESS of locality 0 is 0xFF, TPM_INTERFACE_ID 0x{id.Value:X8}"),
            "It is switched off in the firmware's set-up, or somewhere else: the ACPI table TPM2 says where, and sudo cat /proc/iomem shows MSFT0101.");
    }

    private static Tpm2Table? ReadTable(LinuxHost host)
    {
        try
        {
            return Tpm2Table.Parse(File.ReadAllBytes(host.At("sys/firmware/acpi/tables/TPM2")));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null; // a machine without ACPI or with a TPM 1.2, or a user who may not open /dev/mem either
        }
    }

    // A line of /proc/iomem: fed40000-fed40fff : MSFT0101:00
    private static bool IsResource(LinuxHost host, ulong first) => host.Text("proc/iomem")
        .Split('\n')
        .Any(line => line.Contains("MSFT0101", StringComparison.Ordinal)
            && ulong.TryParse(line.TrimStart().Split('-')[0], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong start)
            && start == first);

    private static ulong AddressOf(TransportSettings settings, string text)
    {
        bool isHex = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        return ulong.TryParse(isHex ? text.AsSpan(2) : text, isHex ? NumberStyles.AllowHexSpecifier : NumberStyles.None, CultureInfo.InvariantCulture, out ulong address)
            && address % MmioRegisterBus.LocalitySize == 0
            ? address
            : throw TransportSettings.Bad(Descriptor, settings.ConnectionString, $"'address' takes the address of a page, such as 0xFED40000, not '{text}'.");
    }
}
