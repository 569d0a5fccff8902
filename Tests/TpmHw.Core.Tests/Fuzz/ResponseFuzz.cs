using System.Diagnostics;
using TpmHw.Core.Tests.Transport;
using TpmHw.Spec;
using TpmHw.Spec.Commands;
using TpmHw.Testing;
using TpmHw.Trees;
using TpmHw.Wire;

namespace TpmHw.Core.Tests.Fuzz;

/// <summary>Responses to every command, damaged at random: each is a typed error, or a value that is exactly those bytes.</summary>
internal sealed class ResponseFuzz(int seed, int mutations) : IDisposable
{
    private const long MostBytesEach = 1 << 20;
    private const long MostBytesLeft = 64 << 20;
    private static readonly TimeSpan s_longestEach = TimeSpan.FromSeconds(10);

    // Commands whose responses nobody has recorded; they are like those of many others, without parameters.
    private static readonly TpmCc[] s_unanswered = [TpmCc.FieldUpgradeStart, TpmCc.SetCapability];

    private readonly CannedTransport _transport = new();
    private int _values;
    private int _errors;
    private long _mostBytes;

    /// <summary>Does it, and tells how it was.</summary>
    public string Run()
    {
        RecordedCommand[] commands = RecordedCommand.All;
        TpmCc[] codes = [.. commands.Select(c => c.Code).Distinct()];
        Assert.Equal(s_unanswered, CommandCodec.All.Keys.Except(codes).Order());
        using CommandEngine tpm = Opened();
        var random = new Random(seed);
        byte[] room = new byte[TpmTransportInfo.UsualSize];
        long before = GC.GetTotalMemory(forceFullCollection: true);
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < mutations; i++)
        {
            RecordedCommand command = commands[i % commands.Length];
            _transport.Response = Damage.Of(command.Response, room, random);
            RunOne(tpm, command, withTree: i % 10 == 0);
        }

        long left = GC.GetTotalMemory(forceFullCollection: true) - before;
        Assert.InRange(left, long.MinValue, MostBytesLeft);
        Assert.InRange(_values, mutations / 20, mutations);
        Assert.InRange(_errors, mutations / 20, mutations);
        return $"seed {seed}: {mutations} responses to {codes.Length} commands, {_values} values, {_errors} typed errors, "
            + $"at most {_mostBytes} bytes each, {Stopwatch.GetElapsedTime(start).TotalSeconds:F1} s";
    }

    public void Dispose() => _transport.Dispose();

    private void RunOne(CommandEngine tpm, RecordedCommand command, bool withTree)
    {
        long bytes = GC.GetAllocatedBytesForCurrentThread();
        long start = Stopwatch.GetTimestamp();
        try
        {
            command.Run(tpm, _transport.Response);
            _values++;
        }
        catch (TpmException)
        {
            _errors++;
        }
        catch (Exception e)
        {
            Assert.Fail($"seed {seed}: {command.Code} with {Convert.ToHexString(_transport.Response)}: {e}");
        }

        // A tree is made of anything.
        if (withTree)
        {
            TpmMessageTree.OfResponse(_transport.Response, command.Code);
            TpmMessageTree.OfCommand(_transport.Response);
        }

        bytes = GC.GetAllocatedBytesForCurrentThread() - bytes;
        _mostBytes = Math.Max(_mostBytes, bytes);
        Assert.InRange(bytes, 0, MostBytesEach);
        Assert.InRange(Stopwatch.GetElapsedTime(start), TimeSpan.Zero, s_longestEach);
    }

    /// <summary>An engine that knows that the TPM has all commands, so that it does not ask the damaged one.</summary>
    private CommandEngine Opened()
    {
        TpmlCca all = [.. CommandCodec.All.Keys.Select(c => new TpmaCc((uint)c))];
        var writer = new TpmWriter(new byte[TpmTransportInfo.UsualSize]);
        writer.WriteBytes(CannedTransport.Success);
        new GetCapability.Response(false, new(TpmCap.Commands, new TpmuCapabilities.Commands(all))).WriteParameters(ref writer);
        byte[] answer = writer.Written.ToArray();
        new TpmHeader(TpmHeader.NoSessions, (uint)answer.Length, TpmRc.Success).Write(answer);
        _transport.Response = answer;
        var tpm = new CommandEngine(_transport, new() { ResendWhenBusy = false });
        Assert.True(tpm.Capabilities.Has(TpmCc.Encapsulate));
        return tpm;
    }
}
