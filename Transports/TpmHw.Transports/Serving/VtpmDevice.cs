using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using TpmHw.Transport;
using TpmHw.Transports.Linux;

namespace TpmHw.Transports.Serving;

/// <summary>The vTPM proxy of Linux (linux/vtpm_proxy.h), whose devices are answered by a program.</summary>
internal static class VtpmAbi
{
    public const string Control = "/dev/vtpmx";

    public const uint NewDevice = 0xC014A100;

    /// <summary>VTPM_PROXY_FLAG_TPM2; without it the device is a TPM 1.2.</summary>
    public const uint IsTpm20 = 1;

    /// <summary>TPM2_CC_SET_LOCALITY and TPM_ORD_SET_LOCALITY: the driver's own command, with the locality in one byte.</summary>
    public const uint SetLocality = 0x20001000;

    /// <summary>The longest command or response (TPM_BUFSIZE of the kernel).</summary>
    public const int BufferSize = 4096;
}

/// <summary>struct vtpm_proxy_new_dev.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct VtpmNewDevice
{
    public uint Flags;
    public uint Number;
    public uint File;
    public uint Major;
    public uint Minor;
}

/// <summary>A TPM of the kernel's, and the file by which this process answers for it. Closing the file removes it.</summary>
/// <param name="Name">Its node; the kernel's resource manager has one of the same number.</param>
/// <param name="LastNode">The node that comes last: that of the resource manager, where there is one.</param>
/// <param name="File">Gives one whole command and takes one whole response at a time.</param>
internal sealed record VtpmDevice(string Name, string LastNode, IDeviceFile File)
{
    /// <summary>Whether programs can open it: the kernel has tried the TPM, and its nodes are there.</summary>
    public bool IsThere => System.IO.File.Exists(LastNode);

    /// <summary>Has the kernel make one. It sends the first commands at once.</summary>
    /// <exception cref="TpmTransportException">It doesn't.</exception>
    public static VtpmDevice Create(TpmFamily family)
    {
        if (!OperatingSystem.IsLinux())
        {
            throw new TpmTransportException(TpmFault.NotSupported, "Only Linux has TPM devices that a program answers for.");
        }

        (SafeFileHandle file, Errno error) = Libc.OpenDevice(VtpmAbi.Control);
        using var control = new ControlFile(file);
        return file.IsInvalid ? throw Refused(error) : Create(family, control);
    }

    /// <summary>Has the kernel make one.</summary>
    /// <param name="family">The TPM's family.</param>
    /// <param name="control">The proxy's node.</param>
    /// <param name="folder">Where the kernel's nodes are.</param>
    public static VtpmDevice Create(TpmFamily family, IControlFile control, string folder = "/dev")
    {
        Span<VtpmNewDevice> made = [new() { Flags = family == TpmFamily.Tpm12 ? 0 : VtpmAbi.IsTpm20 }];
        int result = control.Control(VtpmAbi.NewDevice, MemoryMarshal.AsBytes(made));
        if (result < 0)
        {
            throw Refused((Errno)(-result));
        }

        string name = string.Create(CultureInfo.InvariantCulture, $"{folder}/tpm{made[0].Number}");
        string last = family == TpmFamily.Tpm12 ? name : string.Create(CultureInfo.InvariantCulture, $"{folder}/tpmrm{made[0].Number}");
        return new(name, last, new DeviceFile(new SafeFileHandle((int)made[0].File, ownsHandle: true)));
    }

    private static TpmTransportException Refused(Errno error) => new(
        error switch
        {
            Errno.ENOENT or Errno.ENODEV or Errno.ENXIO => TpmFault.NotFound,
            Errno.EPERM or Errno.EACCES => TpmFault.AccessDenied,
            _ => TpmFault.InputOutput,
        },
        $"The kernel makes no TPM device by {VtpmAbi.Control}.",
        $"{error} (errno {(int)error})",
        error is Errno.EPERM or Errno.EACCES
            ? "It takes root's rights: CAP_SYS_ADMIN, and in a systemd unit DeviceAllow=/dev/vtpmx rw."
            : "The kernel's module for it may not be loaded: sudo modprobe tpm_vtpm_proxy. Some distributions have it in a package of extra modules.");
}
