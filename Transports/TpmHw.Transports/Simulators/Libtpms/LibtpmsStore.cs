using System.Runtime.Versioning;
using System.Security.Cryptography;

namespace TpmHw.Transports.Simulators;

/// <summary>Where a libtpms keeps what it must not forget: a few named pieces of bytes.</summary>
internal abstract class LibtpmsStore : IDisposable
{
    /// <summary>A piece; null where there is none of that name.</summary>
    public abstract byte[]? Load(string name);

    public abstract void Store(string name, ReadOnlySpan<byte> data);

    /// <summary>Forgets a piece; false where there was none.</summary>
    public abstract bool Delete(string name);

    public abstract void Dispose();
}

/// <summary>State that is gone with the transport.</summary>
internal sealed class VolatileLibtpmsStore : LibtpmsStore
{
    private readonly Dictionary<string, byte[]> _pieces = new(StringComparer.Ordinal);

    public override byte[]? Load(string name) => _pieces.GetValueOrDefault(name);

    public override void Store(string name, ReadOnlySpan<byte> data)
    {
        Delete(name);
        _pieces[name] = data.ToArray();
    }

    public override bool Delete(string name)
    {
        if (!_pieces.Remove(name, out byte[]? piece))
        {
            return false;
        }

        CryptographicOperations.ZeroMemory(piece);
        return true;
    }

    public override void Dispose()
    {
        foreach (string name in _pieces.Keys.ToArray())
        {
            Delete(name);
        }
    }
}

/// <summary>State in a folder, one file a piece. A piece is replaced whole or not at all, and one process at a time has the folder.</summary>
[SupportedOSPlatform("linux")]
internal sealed class FolderLibtpmsStore : LibtpmsStore
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly string _folder;
    private readonly string _prefix;
    private readonly FileStream _lock;

    public FolderLibtpmsStore(string folder, string prefix)
    {
        _folder = Path.GetFullPath(folder);
        _prefix = prefix;
        try
        {
            Directory.CreateDirectory(_folder, OwnerOnly | UnixFileMode.UserExecute);
            _lock = new FileStream(Path.Combine(_folder, prefix + "lock"), new FileStreamOptions
            {
                Mode = FileMode.OpenOrCreate,
                Access = FileAccess.ReadWrite,
                Share = FileShare.None,
                UnixCreateMode = OwnerOnly,
            });
        }
        catch (UnauthorizedAccessException e)
        {
            throw new TpmTransportException(TpmFault.AccessDenied, $"The TPM's state folder {_folder} can't be written by this user.", e.Message, "Name a folder of your own.", e);
        }
        catch (IOException e)
        {
            bool inUse = Directory.Exists(_folder);
            throw new TpmTransportException(
                inUse ? TpmFault.Busy : TpmFault.BadState,
                inUse ? $"The TPM's state folder {_folder} is in use by another program." : $"The TPM's state folder {_folder} can't be made.",
                e.Message,
                inUse ? "One program at a time has it: end the other one, or name another folder." : "Check the path.",
                e);
        }
    }

    public override byte[]? Load(string name) => File.Exists(PathOf(name)) ? File.ReadAllBytes(PathOf(name)) : null;

    public override void Store(string name, ReadOnlySpan<byte> data)
    {
        string path = PathOf(name);
        string written = path + ".new";
        using (var file = new FileStream(written, new FileStreamOptions
        {
            Mode = FileMode.Create,
            Access = FileAccess.Write,
            Share = FileShare.None,
            UnixCreateMode = OwnerOnly,
        }))
        {
            file.Write(data);
            file.Flush(flushToDisk: true);
        }

        File.Move(written, path, overwrite: true);
    }

    public override bool Delete(string name)
    {
        bool existed = File.Exists(PathOf(name));
        File.Delete(PathOf(name));
        return existed;
    }

    public override void Dispose() => _lock.Dispose();

    private string PathOf(string name) => Path.Combine(_folder, _prefix + name);
}
