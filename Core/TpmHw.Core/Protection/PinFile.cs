using System.Buffers.Binary;
using System.Text;
using TpmHw.Crypto;
using TpmHw.Spec;

namespace TpmHw;

/// <summary>A file that remembers one TPM: made at first use, by its owner alone to be read or written, and checked ever after.</summary>
/// <remarks>
/// The file is text: a line of hex digits, which is the Name of the TPM's key, and lines that start with <c>#</c> for people.
/// A file that is damaged is refused, never replaced. To trust another TPM, remove the file.
/// </remarks>
public sealed class TpmPinFile : ITpmPinStore
{
    // A Name is at most 66 bytes; what is longer than this is no pin file.
    private const int MaxSize = 4096;

    /// <summary>Names the file. Nothing is read or written yet.</summary>
    /// <param name="path">The file; its folder has to exist.</param>
    public TpmPinFile(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        Path = System.IO.Path.GetFullPath(path);
    }

    /// <summary>The file's full path.</summary>
    public string Path { get; }

    /// <inheritdoc/>
    public string Place => $"the file '{Path}'";

    /// <inheritdoc/>
    /// <exception cref="TpmTrustException">The file can't be read, or is damaged.</exception>
    public Tpm2bName? Find()
    {
        try
        {
            using var file = new FileStream(Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            byte[] bytes = new byte[MaxSize + 1];
            int length = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            return Parse(bytes.AsSpan(0, length)) ?? throw Damaged();
        }
        catch (FileNotFoundException)
        {
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unusable("read", e);
        }
    }

    /// <inheritdoc/>
    /// <exception cref="TpmTrustException">The file can't be read or written, or is damaged.</exception>
    public void Keep(Tpm2bName name)
    {
        byte[] text = Text(name);
        if (Check(name))
        {
            return;
        }

        string draft = $"{Path}.{System.IO.Path.GetRandomFileName()}";
        try
        {
            Write(draft, text);
            File.Move(draft, Path, overwrite: false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            TryDelete(draft);
            if (!Check(name)) // another program may have been quicker
            {
                throw Unusable("written", e);
            }
        }
    }

    /// <summary>Whether the file has this Name.</summary>
    /// <exception cref="TpmSessionException">It has another one.</exception>
    private bool Check(Tpm2bName name) => Find() is { } kept && (kept == name ? true : throw TpmSessionException.Replaced(kept, name, Place));

    private static byte[] Text(Tpm2bName name) => IsName(name.Span)
        ? Encoding.ASCII.GetBytes($"# The TPM that is trusted here, by the Name of its key. Remove this file to trust another one.\n{Convert.ToHexStringLower(name.Span)}\n")
        : throw new ArgumentException("It is not the Name of a key.", nameof(name));

    private static Tpm2bName? Parse(ReadOnlySpan<byte> text)
    {
        string[] lines = [.. Encoding.UTF8.GetString(text).Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Where(static l => l[0] != '#')];
        byte[] name = new byte[MaxSize];
        return text.Length <= MaxSize
            && lines is [var line]
            && Convert.FromHexString(line, name, out _, out int length) == System.Buffers.OperationStatus.Done
            && IsName(name.AsSpan(0, length))
                ? new Tpm2bName(name.AsMemory(0, length))
                : default(Tpm2bName?); // a plain null would be an empty Name
    }

    /// <summary>Whether bytes are an algorithm and a digest of its size (Part 1, 16).</summary>
    private static bool IsName(ReadOnlySpan<byte> name) =>
        name.Length > sizeof(ushort) && TpmHash.TrySizeOf((TpmAlgId)BinaryPrimitives.ReadUInt16BigEndian(name)) == name.Length - sizeof(ushort);

    private static void Write(string path, byte[] text)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using var file = new FileStream(path, options);
        file.Write(text);
        file.Flush(flushToDisk: true);
    }

    private static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It is a draft in a folder that is not ours to write, or on a disk that fails; the caller hears of that.
        }
    }

    private TpmTrustException Damaged() => new(
        $"The pin file '{Path}' is damaged: it has no line of hex digits that is the Name of a key, or more than one.",
        "Restore it. Remove it only if you are sure that the TPM is the right one: the next use pins the TPM that is then there.");

    private TpmTrustException Unusable(string done, Exception e) => new(
        $"The pin file '{Path}' can't be {done}: {e.Message}",
        "Check that its folder exists, and that you may read and write there.",
        e);
}
