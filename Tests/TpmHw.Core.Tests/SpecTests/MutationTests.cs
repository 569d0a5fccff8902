using System.Buffers.Binary;
using TpmHw.Core.Tests.Transport;
using TpmHw.Spec;
using TpmHw.Spec.Commands;
using TpmHw.Transports;
using TpmHw.Wire;

namespace TpmHw.Core.Tests.SpecTests;

/// <summary>Responses of a real TPM, damaged at random: each is a typed error, or a value that is exactly those bytes.</summary>
public sealed class MutationTests
{
    private const int Mutations = 20_000;
    private const long MostBytesEach = 1 << 20;

    private delegate void Reader(Tpm2Executor tpm, ReadOnlySpan<byte> response);

    [Fact]
    public void Damaged_responses_are_typed_errors_or_values()
    {
        List<(TpmCc Code, byte[] Response)> recorded = Record();
        Assert.True(recorded.Select(r => r.Code).Distinct().Count() == s_readers.Count, "not every command was recorded");
        var random = new Random(20250711);
        var transport = new CannedTransport();
        using var tpm = new Tpm2Executor(transport, new());
        byte[] damaged = new byte[TpmTransportInfo.UsualSize];
        int values = 0;
        int errors = 0;
        long most = 0;
        for (int i = 0; i < Mutations; i++)
        {
            (TpmCc code, byte[] response) = recorded[i % recorded.Count];
            transport.Response = Damage(response, damaged, random);
            long before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                s_readers[code](tpm, transport.Response);
                values++;
            }
            catch (TpmException)
            {
                errors++;
            }

            most = Math.Max(most, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.InRange(most, 0, MostBytesEach);
        Assert.InRange(values, Mutations / 20, Mutations);
        Assert.InRange(errors, Mutations / 20, Mutations);
    }

    private static readonly Dictionary<TpmCc, Reader> s_readers = new()
    {
        [TpmCc.Startup] = Check<Startup, TpmEmptyResponse>,
        [TpmCc.Shutdown] = Check<Shutdown, TpmEmptyResponse>,
        [TpmCc.SelfTest] = Check<SelfTest, TpmEmptyResponse>,
        [TpmCc.GetTestResult] = Check<GetTestResult, GetTestResult.Response>,
        [TpmCc.GetCapability] = Check<GetCapability, GetCapability.Response>,
        [TpmCc.GetRandom] = Check<GetRandom, GetRandom.Response>,
        [TpmCc.StirRandom] = Check<StirRandom, TpmEmptyResponse>,
        [TpmCc.PcrRead] = Check<PcrRead, PcrRead.Response>,
        [TpmCc.PcrExtend] = Check<PcrExtend, TpmEmptyResponse>,
        [TpmCc.PcrEvent] = Check<PcrEvent, PcrEvent.Response>,
        [TpmCc.PcrReset] = Check<PcrReset, TpmEmptyResponse>,
        [TpmCc.ReadClock] = Check<ReadClock, ReadClock.Response>,
        [TpmCc.Hash] = Check<Hash, Hash.Response>,
        [TpmCc.ReadPublic] = Check<ReadPublic, ReadPublic.Response>,
        [TpmCc.FlushContext] = Check<FlushContext, TpmEmptyResponse>,
    };

    /// <summary>Reads a response, and checks that the value is all that the response says.</summary>
    private static void Check<TCommand, TResponse>(Tpm2Executor tpm, ReadOnlySpan<byte> response)
        where TCommand : struct, ITpmCommand<TCommand, TResponse>
        where TResponse : ITpmMessage<TResponse>
    {
        TResponse value = tpm.Execute<TCommand, TResponse>(default, default, default, default);
        Span<byte> again = stackalloc byte[TpmTransportInfo.UsualSize];
        var writer = new TpmWriter(again);
        value.WriteHandles(ref writer);
        value.WriteParameters(ref writer);
        ReadOnlySpan<byte> body = response[TpmHeader.Size..];
        ReadOnlySpan<byte> parameters = TCommand.Info.AuthorizedHandles == 0
            ? body
            : body.Slice(sizeof(uint), (int)BinaryPrimitives.ReadUInt32BigEndian(body));
        Assert.True(parameters.SequenceEqual(writer.Written), $"{value} is not {Convert.ToHexString(parameters)}");
    }

    internal static byte[] Damage(byte[] response, byte[] room, Random random)
    {
        int length = response.Length;
        response.CopyTo(room, 0);
        for (int times = random.Next(1, 4); times > 0; times--)
        {
            int at = random.Next(random.Next(2) == 0 ? 0 : Math.Min(TpmHeader.Size, length - 1), length);
            switch (random.Next(5))
            {
                case 0: // bits
                    room[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1: // a cut
                    length = Math.Max(1, at);
                    break;
                case 2: // more
                    int more = random.Next(1, 100);
                    random.NextBytes(room.AsSpan(length, more));
                    length += more;
                    break;
                case 3: // a lie in a size, a count or a selector of 16 bits
                    Lie(room.AsSpan(0, length), at, sizeof(ushort), random);
                    break;
                default: // and of 32 bits
                    Lie(room.AsSpan(0, length), at, sizeof(uint), random);
                    break;
            }
        }

        // Mostly with a true size in the header, so that the damage gets past the transport.
        if (random.Next(10) > 0 && length >= TpmHeader.Size)
        {
            BinaryPrimitives.WriteUInt32BigEndian(room.AsSpan(2), (uint)length);
        }

        return room[..length];
    }

    private static void Lie(Span<byte> message, int at, int size, Random random)
    {
        ReadOnlySpan<uint> lies = [0, 1, 2, 0x7F, 0xFF, 0x7FFF, 0xFFFF, 0x10000, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, (uint)message.Length, (uint)random.Next(300)];
        Span<byte> lie = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(lie, lies[random.Next(lies.Length)]);
        ReadOnlySpan<byte> part = lie[^size..];
        part[..Math.Min(size, message.Length - at)].CopyTo(message[at..]);
    }

    /// <summary>Responses of every command from libtpms.</summary>
    private static List<(TpmCc Code, byte[] Response)> Record()
    {
        using var transport = new RecordingTransport(TransportCatalog.Default.Open("libtpms"));
        using var tpm = new Tpm2(transport);
        tpm.Commands.Startup(TpmSu.Clear);
        tpm.Commands.SelfTest(true);
        tpm.Commands.GetTestResult();
        foreach ((TpmCap capability, uint property) in new[]
        {
            (TpmCap.Algs, 0u), (TpmCap.Handles, (uint)TpmHt.Permanent << 24), (TpmCap.Commands, 0u), (TpmCap.PpCommands, 0u),
            (TpmCap.AuditCommands, 0u), (TpmCap.Pcrs, 0u), (TpmCap.TpmProperties, 0x100u), (TpmCap.PcrProperties, 0u),
            (TpmCap.EccCurves, 0u), (TpmCap.AuthPolicies, 0x40000001u),
        })
        {
            tpm.Commands.GetCapability(capability, property, 64);
        }

        tpm.Commands.GetRandom(32);
        tpm.Commands.StirRandom(new byte[16]);
        tpm.Commands.PcrRead([new(TpmAlgId.Sha1, TpmsPcrSelect.Of(0, 1)), new(TpmAlgId.Sha256, TpmsPcrSelect.Of(16))]);
        tpm.Commands.PcrExtend(TpmHandle.Pcr(16), [new(TpmAlgId.Sha256, new byte[32])]);
        tpm.Commands.PcrEvent(TpmHandle.Pcr(16), new byte[10]);
        tpm.Commands.PcrReset(TpmHandle.Pcr(16));
        tpm.Commands.ReadClock();
        tpm.Commands.Hash(new byte[10], TpmAlgId.Sha256, TpmRh.Owner);
        foreach (string template in (string[])
        [
            "0001 000B 00040072 0000 0010 0016 000B 0800 00000000 0000", "0023 000B 00040072 0000 0010 0018 000B 0003 0010 0000 0000",
            "0008 000B 00020072 0000 000A 000B 0022 0000", "0025 000B 00060072 0000 0006 0100 0043 0000",
        ])
        {
            var key = new TpmHandle(BinaryPrimitives.ReadUInt32BigEndian(transport.Inner.Send(Templates.CreatePrimary(template)).AsSpan(TpmHeader.Size)));
            tpm.Commands.ReadPublic(key);
            tpm.Commands.FlushContext(key);
        }

        tpm.Commands.Shutdown(TpmSu.Clear);
        return transport.Recorded;
    }

    private sealed class RecordingTransport(ITpmTransport inner) : ITpmTransport
    {
        public List<(TpmCc Code, byte[] Response)> Recorded { get; } = [];

        public ITpmTransport Inner => inner;

        public TpmTransportInfo Info => inner.Info;

        public int Transmit(ReadOnlySpan<byte> command, Span<byte> response, CancellationToken cancellationToken)
        {
            int length = inner.Transmit(command, response, cancellationToken);
            Recorded.Add(((TpmCc)TpmHeader.Read(command).Code, response[..length].ToArray()));
            return length;
        }

        public void Dispose() => inner.Dispose();
    }
}
