using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace TpmHw.Transports.Processes;

/// <summary>
/// A program that a shell has started. What it writes is read by a thread of its own at any time, so that waiting for
/// it can have a deadline, and bytes that nobody asked for don't go unseen.
/// </summary>
internal sealed class ChildProcess : IDisposable
{
    private const int TailSize = 2000;
    private const int TailLines = 12;
    private static readonly TimeSpan s_lastWords = TimeSpan.FromSeconds(1);

    private readonly Process _process;
    private readonly Stream _input;
    private readonly object _gate;
    private readonly byte[] _received;
    private readonly Queue<byte> _errorTail = new(TailSize);
    private readonly Thread _errorReader;
    private int _count;
    private bool _ended;

    /// <summary>Starts a command line.</summary>
    /// <param name="commandLine">What the shell is to run.</param>
    /// <param name="room">The most bytes that are kept; a program that writes more without being asked is cut off.</param>
    /// <param name="gate">Guards what was received, and is pulsed when more comes.</param>
    public ChildProcess(string commandLine, int room, object gate)
    {
        _gate = gate;
        _received = new byte[room];
        _process = Process.Start(Shell(commandLine))!;
        _input = _process.StandardInput.BaseStream;
        Stream output = _process.StandardOutput.BaseStream;
        Stream errors = _process.StandardError.BaseStream;
        StartReader("TPM command output", () => ReadOutput(output));
        _errorReader = StartReader("TPM command errors", () => ReadErrors(errors));
    }

    /// <summary>What was received and not taken. To be read with the gate held.</summary>
    public ReadOnlySpan<byte> Received => _received.AsSpan(0, _count);

    /// <summary>Whether nothing more will come. To be read with the gate held.</summary>
    public bool HasEnded => _ended;

    /// <summary>Forgets what was received. To be called with the gate held.</summary>
    public void Clear()
    {
        _received.AsSpan(0, _count).Clear();
        _count = 0;
    }

    /// <summary>Writes to the program's standard input.</summary>
    /// <exception cref="IOException">The program reads no more.</exception>
    public void Send(ReadOnlySpan<byte> bytes)
    {
        // This doesn't block: a pipe has room for a whole command, and there is never more than one on the way.
        _input.Write(bytes);
        _input.Flush();
    }

    /// <summary>How a program that no longer answers ended: its exit code, and the last lines that it wrote to standard error.</summary>
    public (int? ExitCode, string Errors) LastWords()
    {
        int? exitCode = _process.WaitForExit(s_lastWords) ? _process.ExitCode : null;
        _errorReader.Join(s_lastWords);
        byte[] tail;
        lock (_errorTail)
        {
            tail = [.. _errorTail];
        }

        // It may come from another machine: nothing in it is to reach a terminal as a control sequence.
        IEnumerable<string> lines = Encoding.UTF8.GetString(tail)
            .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .TakeLast(TailLines)
            .Select(static line => string.Concat(line.Select(static c => char.IsControl(c) ? '?' : c)));
        return (exitCode, string.Join('\n', lines));
    }

    /// <summary>Lets the program end by itself: its input ends, and it has a moment.</summary>
    public void EndGently()
    {
        CloseInput();
        _process.WaitForExit(s_lastWords);
        Dispose();
    }

    /// <summary>Ends the program and what it has started, at once.</summary>
    public void Dispose()
    {
        try
        {
            _process.Kill(entireProcessTree: true);
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception or AggregateException)
        {
            // It has ended already, or belongs to another user (sudo) and will see its input end.
        }

        CloseInput();
        _process.Dispose();
    }

    private void CloseInput()
    {
        try
        {
            _input.Dispose();
        }
        catch (IOException)
        {
            // It has ended, with bytes unread.
        }
    }

    private static ProcessStartInfo Shell(string commandLine)
    {
        var start = new ProcessStartInfo
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            CreateNoWindow = true,
        };
        if (OperatingSystem.IsWindows())
        {
            start.FileName = "cmd.exe";
            start.Arguments = string.Create(CultureInfo.InvariantCulture, $"/d /s /c \"{commandLine}\"");
        }
        else
        {
            start.FileName = "/bin/sh";
            start.ArgumentList.Add("-c");
            start.ArgumentList.Add(commandLine);
        }

        return start;
    }

    private static Thread StartReader(string name, ThreadStart read)
    {
        var thread = new Thread(read) { IsBackground = true, Name = name };
        thread.Start();
        return thread;
    }

    private void ReadOutput(Stream output)
    {
        using Stream _ = output;
        byte[] piece = new byte[_received.Length];
        int count = 0;
        bool fits = true;
        do
        {
            lock (_gate)
            {
                fits = count <= _received.Length - _count;
                if (fits)
                {
                    piece.AsSpan(0, count).CopyTo(_received.AsSpan(_count));
                    _count += count;
                }

                Monitor.PulseAll(_gate);
            }

            piece.AsSpan(0, count).Clear();
        }
        while (fits && (count = Read(output, piece)) > 0);

        lock (_gate)
        {
            _ended = true;
            Monitor.PulseAll(_gate);
        }
    }

    private void ReadErrors(Stream errors)
    {
        using Stream _ = errors;
        byte[] piece = new byte[256];
        for (int count; (count = Read(errors, piece)) > 0;)
        {
            lock (_errorTail)
            {
                foreach (byte b in piece.AsSpan(0, count))
                {
                    if (_errorTail.Count == TailSize)
                    {
                        _errorTail.Dequeue();
                    }

                    _errorTail.Enqueue(b);
                }
            }
        }
    }

    private static int Read(Stream stream, byte[] piece)
    {
        try
        {
            return stream.Read(piece);
        }
        catch (IOException)
        {
            return 0;
        }
    }
}
