namespace TpmHw.Transports.Linux;

/// <summary>What the firmware measured, as the kernel took it over from the firmware (Documentation/security/tpm/tpm_event_log.rst).</summary>
internal static class KernelEventLog
{
    public static byte[] Read(DeviceNode node)
    {
        string file = node.EventLogFile ?? throw new TpmTransportException(
            TpmFault.NotSupported, $"{node} is not a node that the kernel keeps an event log for.", advice: "Open /dev/tpm0 or /dev/tpmrm0.");
        try
        {
            return File.ReadAllBytes(file);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new TpmTransportException(TpmFault.AccessDenied, "This user may not read the event log.", file, "Only root may: use sudo.", e);
        }
        catch (IOException e)
        {
            throw new TpmTransportException(
                TpmFault.NotFound,
                "The kernel has no event log for this TPM.",
                $"{file}: {e.Message}",
                "The firmware has measured nothing, or has not handed its log over, as is usual on boards without UEFI or ACPI; or securityfs is not mounted at /sys/kernel/security.",
                e);
        }
    }
}
