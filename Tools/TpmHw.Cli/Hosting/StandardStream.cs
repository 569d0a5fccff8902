using System.Runtime.InteropServices;

namespace TpmHw.Cli.Hosting;

/// <summary>
/// A standard stream of a Unix process, read and written by nothing but the system calls. The console's own streams
/// set up encodings and the terminal first, which takes longer than many a TPM command, and a FileStream would not
/// move the offset that a shell's <c>(a; b) &gt; file</c> shares between the two.
/// </summary>
internal sealed unsafe partial class StandardStream(int descriptor) : Stream
{
    private const int InterruptedCall = 4; // EINTR
    private const int BrokenPipe = 32; // EPIPE

    private bool _nobodyReads;

    public override bool CanRead => descriptor == 0;

    public override bool CanWrite => descriptor != 0;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Whether a standard stream is a terminal.</summary>
    public static bool IsTerminal(int descriptor) => isatty(descriptor) == 1;

    public override int Read(Span<byte> buffer)
    {
        fixed (byte* bytes = buffer)
        {
            nint count;
            while ((count = read(descriptor, bytes, (nuint)buffer.Length)) < 0)
            {
                ThrowUnlessInterrupted();
            }

            return (int)count;
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <summary>Writes all of it. Once the reader of a pipe has gone, writing is over, and that is no error.</summary>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty && !_nobodyReads)
        {
            fixed (byte* bytes = buffer)
            {
                nint count = write(descriptor, bytes, (nuint)buffer.Length);
                if (count >= 0)
                {
                    buffer = buffer[(int)count..];
                }
                else if (Marshal.GetLastPInvokeError() == BrokenPipe)
                {
                    _nobodyReads = true;
                }
                else
                {
                    ThrowUnlessInterrupted();
                }
            }
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    private void ThrowUnlessInterrupted()
    {
        if (Marshal.GetLastPInvokeError() != InterruptedCall)
        {
            string name = descriptor switch { 0 => "Standard input", 1 => "Standard output", _ => "Standard error" };
            throw new IOException($"{name}: {Marshal.GetLastPInvokeErrorMessage()}.");
        }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint read(int descriptor, byte* bytes, nuint count);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint write(int descriptor, byte* bytes, nuint count);

    [LibraryImport("libc")]
    private static partial int isatty(int descriptor);
}
