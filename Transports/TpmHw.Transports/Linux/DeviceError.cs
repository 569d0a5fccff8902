using System.Globalization;
using TpmHw.Transport;
using TpmHw.Wire;

namespace TpmHw.Transports.Linux;

/// <summary>What a failure of an open device node means.</summary>
internal static class DeviceError
{
    private const string SessionsLost =
        "Take all sessions of this connection for lost, and open it again if the next commands fail as well.";

    private readonly record struct Row(Errno Error, bool Managed, TpmFault Fault, string Meaning, string Advice);

    // The first row that fits is taken. What the kernel says only where its resource manager is in between comes first.
    private static readonly Row[] s_rows =
    [
        new(Errno.EINVAL, true, TpmFault.InputOutput,
            "the resource manager refused the command: a transient handle in it is not one of this connection's, or an object that it had saved no longer loads (the TPM was reset or cleared)",
            "Handles made over another connection are not valid on this one. " + SessionsLost),
        new(Errno.ENOMEM, true, TpmFault.InputOutput,
            "the resource manager has no room left: one connection holds at most 3 transient objects and 3 sessions",
            "Flush what is no longer needed (TPM2_FlushContext), or spread the work over several connections. " + SessionsLost),
        new(Errno.EFAULT, true, TpmFault.InputOutput,
            "the resource manager could not save or load an object or a session (no object memory left, or the gap between session contexts is too large), or the TPM's response had a wrong length",
            "Other programs may hold sessions that nobody flushed: tpm2_getcap handles-loaded-session shows them. " + SessionsLost),
        new(Errno.EINVAL, false, TpmFault.InputOutput, "the kernel found the command malformed", "Record the command with a trace and look at its header."),
        new(Errno.ENOMEM, false, TpmFault.InputOutput, "the kernel has no memory for the command", "Try again."),
        new(Errno.EFAULT, false, TpmFault.BadResponse, "the TPM's response had a length other than its header gives", "The bus between the kernel and the TPM loses bytes: look at the kernel's log (dmesg | grep -i tpm)."),
        new(Errno.E2BIG, false, TpmFault.InputOutput, "the command is longer than the kernel takes", "The kernel's limit is 4096 bytes."),
        new(Errno.EPIPE, false, TpmFault.Disconnected, "the TPM is gone, or the machine is about to sleep", "After a wake-up the next command works. If the driver was unbound, open the node again once it is back."),
        new(Errno.ENODEV, false, TpmFault.Disconnected, "the TPM is gone", "Was its driver unbound, or the device unplugged? Open the node again once it is back."),
        new(Errno.ENXIO, false, TpmFault.Disconnected, "the TPM is gone", "Was its driver unbound, or the device unplugged? Open the node again once it is back."),
        new(Errno.ESHUTDOWN, false, TpmFault.Disconnected, "the TPM is being shut down", "Open the node again once it is back."),
        new(Errno.EIO, false, TpmFault.InputOutput, "the kernel's driver could not talk to the TPM", "Look at the kernel's log (dmesg | grep -i tpm): the bus, its wiring or the chip's power."),
        new(Errno.ETIME, false, TpmFault.Timeout, "the TPM did not answer in the time that the kernel gives it, and the kernel stopped the command", "Look at the kernel's log (dmesg | grep -i tpm). It may have been executed: ask the TPM before sending it again."),
        new(Errno.ECANCELED, false, TpmFault.InputOutput, "the command was stopped by somebody else", "Another program wrote to the TPM's cancel file in /sys."),
        new(Errno.ENODATA, false, TpmFault.InputOutput, "the kernel found no command in what was sent", "Record the command with a trace and look at its header."),
    ];

    /// <summary>The error for an error number of write(2) or read(2).</summary>
    public static TpmTransportException Explain(DeviceNode node, Errno error, ReadOnlySpan<byte> command)
    {
        Row row = Array.Find(s_rows, r => r.Error == error && (!r.Managed || node.IsManaged));
        return row.Meaning is null
            ? new TpmTransportException(TpmFault.InputOutput, $"{node} failed.", Evidence(error, command), "Look at the kernel's log (dmesg | grep -i tpm).")
            : new TpmTransportException(row.Fault, $"{node} failed: {row.Meaning}.", Evidence(error, command), row.Advice);
    }

    public static TpmTransportException Gone(DeviceNode node) => new(
        TpmFault.Disconnected,
        $"The other end of {node} has gone.",
        advice: "Was its driver unbound, or the device unplugged? Open the node again once it is back.");

    public static TpmTransportException TookOnly(DeviceNode node, int written, ReadOnlySpan<byte> command) => new(
        TpmFault.ProtocolViolation,
        $"{node} took only a part of the command.",
        string.Create(CultureInfo.InvariantCulture, $"{written} of {command.Length} bytes"),
        "A TPM's node takes a command whole. Is this one a TPM's?");

    public static TpmTransportException Truncated(DeviceNode node, ReadOnlySpan<byte> response) => new(
        TpmFault.Truncated,
        $"The response of {node} ended before the size that its header gives.",
        string.Create(CultureInfo.InvariantCulture, $"{response.Length} bytes: {Convert.ToHexString(response[..Math.Min(response.Length, TpmHeader.Size)])}"),
        "The command was executed. Look at the kernel's log (dmesg | grep -i tpm).");

    public static TpmTransportException TimedOut(DeviceNode node, ReadOnlySpan<byte> command, Deadline deadline, bool sent) => sent
        ? new TpmTransportException(
            TpmFault.Timeout,
            $"{node} did not answer in time.",
            $"{NameOf(command)}, {deadline}",
            "The TPM may still be at it; its late response is thrown away. A longer time is given with timeout=…, in milliseconds.")
        : new TpmTransportException(
            TpmFault.Timeout,
            $"{node} is still busy with an earlier command; this one was not sent.",
            $"{NameOf(command)}, {deadline}",
            "Linux can't stop a command of a TPM 2.0. Try again later.");

    private static string Evidence(Errno error, ReadOnlySpan<byte> command) => $"{error} (errno {(int)error}), {NameOf(command)}";

    private static string NameOf(ReadOnlySpan<byte> command) => string.Create(CultureInfo.InvariantCulture, $"command 0x{TpmHeader.Read(command).Code:X8}");
}
