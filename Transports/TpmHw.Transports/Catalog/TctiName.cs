namespace TpmHw.Transports;

/// <summary>
/// The first part of a connection string. Users of tpm2-tss have such strings in TPM2TOOLS_TCTI: its loader takes a
/// short name or the name of the library that implements it.
/// </summary>
internal static class TctiName
{
    private const string LibraryPrefix = "libtss2-tcti-";

    /// <summary>The transport's name, and what follows the colon.</summary>
    public static (string Name, string Config) Split(string connectionString)
    {
        int colon = connectionString.IndexOf(':', StringComparison.Ordinal);
        string name = colon < 0 ? connectionString : connectionString[..colon];
        string config = colon < 0 ? "" : connectionString[(colon + 1)..];
        return (WithoutLibrary(name), config);
    }

    /// <summary>Why a name that tpm2-tss knows is not one of ours.</summary>
    public static (string What, string Advice)? WhyNot(string name) => name switch
    {
        "tabrmd" => (
            "tpm2-abrmd is reached over D-Bus, which is not spoken here.",
            "The kernel's resource manager does the same work: device:/dev/tpmrm0. Where tpm2-abrmd runs it holds /dev/tpm0, but not /dev/tpmrm0."),
        "tctildr" => (
            "that is the loader of tpm2-tss itself.",
            "Name the transport directly, such as device:/dev/tpmrm0, or use auto."),
        _ => null,
    };

    private static string WithoutLibrary(string name)
    {
        int start = name.LastIndexOf('/') + 1;
        if (!name.AsSpan(start).StartsWith(LibraryPrefix, StringComparison.Ordinal))
        {
            return name;
        }

        start += LibraryPrefix.Length;
        int end = name.IndexOf(".so", start, StringComparison.Ordinal);
        return end < 0 ? name[start..] : name[start..end];
    }
}
