namespace TpmHw.Transports.Linux;

/// <summary>A TPM's device node and what its name tells: /dev/tpm0 is the TPM itself, /dev/tpmrm0 goes through the kernel's resource manager.</summary>
internal sealed class DeviceNode
{
    private readonly LinuxHost _host;
    private readonly string? _number;

    public DeviceNode(string path, LinuxHost host)
    {
        _host = host;
        Path = path;
        Target = Follow(path);
        string name = System.IO.Path.GetFileName(Target);
        int digits = name.AsSpan().IndexOfAnyInRange('0', '9');
        if (digits > 0 && name[..digits] is "tpm" or "tpmrm" or "tcm" or "tcmrm")
        {
            _number = name[digits..];
            IsManaged = name[..digits].EndsWith("rm", StringComparison.Ordinal);
            Sibling = $"/dev/{name[..3]}{(IsManaged ? "" : "rm")}{_number}";
        }
    }

    /// <summary>The nodes that are looked for, best first. TCM is the Chinese counterpart of TPM.</summary>
    public static IReadOnlyList<string> UsualPaths { get; } = ["/dev/tpmrm0", "/dev/tpm0", "/dev/tcmrm0", "/dev/tcm0"];

    /// <summary>The path as given.</summary>
    public string Path { get; }

    /// <summary>The path with links followed, as /proc names it.</summary>
    public string Target { get; }

    /// <summary>Whether the kernel's resource manager is behind it.</summary>
    public bool IsManaged { get; }

    /// <summary>The node of the same TPM without the resource manager, or with it; null where the name is not a TPM's.</summary>
    public string? Sibling { get; }

    /// <summary>Whether the kernel has a driver for this TPM.</summary>
    public bool IsKnownToKernel => _number is not null && _host.Exists(Sysfs);

    /// <summary>The TPM's family, where it can be told: the kernel does from 5.5 on, and only a TPM 2.0 has a resource manager.</summary>
    public TpmFamily? Family => _number is null ? null : _host.Text(Sysfs + "/tpm_version_major") switch
    {
        "1" => TpmFamily.Tpm12,
        "2" => TpmFamily.Tpm20,
        _ => IsManaged ? TpmFamily.Tpm20 : null,
    };

    /// <summary>The file that stops a TPM 1.2's command when something is written to it; a TPM 2.0 has none.</summary>
    public string? CancelFile => _number is null
        ? null
        : new[] { Sysfs + "/cancel", Sysfs + "/device/cancel" }.Where(_host.Exists).Select(_host.At).FirstOrDefault();

    /// <summary>Where the kernel shows what the firmware measured (securityfs); null where it does not know the node.</summary>
    public string? EventLogFile => _number is null ? null : _host.At($"sys/kernel/security/tpm{_number}/binary_bios_measurements");

    private string Sysfs => "sys/class/tpm/tpm" + _number;

    /// <inheritdoc/>
    public override string ToString() => Path;

    private static string Follow(string path)
    {
        try
        {
            return File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? System.IO.Path.GetFullPath(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return path;
        }
    }
}
