using System.Security.Cryptography;
using TpmHw.Testing;

namespace TpmHw.Transports.Tests;

public sealed class LibtpmsConformance : TransportConformance
{
    protected override ITpmTransport Open() => Libtpms.Started("libtpms", Family);
}

public sealed class LibtpmsTpm12Conformance : TransportConformance
{
    protected override TpmFamily Family => TpmFamily.Tpm12;

    protected override ITpmTransport Open() => Libtpms.Started("libtpms:version=1.2", Family);
}

public sealed class LibtpmsTransportTests
{
    private const int Pcr17 = 17;

    [Fact]
    public void A_request_to_stop_never_reaches_the_command_after_it()
    {
        using ITpmTransport tpm = Libtpms.Started("libtpms", TpmFamily.Tpm20);
        byte[] response = new byte[tpm.Info.MaxResponseSize];
        for (int i = 0; i < 3; i++)
        {
            using var cancel = new CancellationTokenSource(TimeSpan.FromMilliseconds(1));
            Record.Exception(() => tpm.Transmit(RawCommands.Long(TpmFamily.Tpm20), response, cancel.Token));

            // TPM_RC_OBJECT_MEMORY: there is room for three keys.
            Assert.Contains(Libtpms.Code(tpm, RawCommands.Long(TpmFamily.Tpm20)), new uint[] { 0, 0x902 });
        }
    }

    [Fact]
    public void Two_tpms_in_one_process_are_two_tpms()
    {
        using ITpmTransport one = Libtpms.Started("libtpms", TpmFamily.Tpm20);
        using ITpmTransport other = Libtpms.Started("libtpms", TpmFamily.Tpm20);
        Libtpms.ExtendPcr16(one);
        Assert.NotEqual(Libtpms.ReadPcr(one, 16), Libtpms.ReadPcr(other, 16));
    }

    [Fact]
    public void A_reset_tpm_waits_for_startup_and_has_forgotten_its_pcrs()
    {
        using ITpmTransport tpm = Libtpms.Started("libtpms", TpmFamily.Tpm20);
        string fresh = Libtpms.ReadPcr(tpm, 16);
        Libtpms.ExtendPcr16(tpm);

        tpm.FindAbility<ITpmReset>()!.Reset();

        Assert.Equal(0x100u, Libtpms.Code(tpm, RawCommands.GetRandom(TpmFamily.Tpm20, 8))); // TPM_RC_INITIALIZE
        Assert.Equal(0u, Libtpms.Code(tpm, RawCommands.Startup(TpmFamily.Tpm20)));
        Assert.Equal(fresh, Libtpms.ReadPcr(tpm, 16));
    }

    [Fact]
    public void State_in_a_folder_outlives_the_transport()
    {
        string folder = Directory.CreateTempSubdirectory("tpmhw").FullName;
        try
        {
            uint resets;
            using (ITpmTransport first = Libtpms.Started("libtpms:" + folder, TpmFamily.Tpm20))
            {
                resets = Libtpms.ResetCount(first);
            }

            using ITpmTransport second = Libtpms.Started("libtpms:" + folder, TpmFamily.Tpm20);
            Assert.Equal(resets + 1, Libtpms.ResetCount(second));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void A_state_folder_has_one_user_at_a_time_and_is_nobody_elses_to_read()
    {
        string folder = Directory.CreateTempSubdirectory("tpmhw").FullName;
        try
        {
            using ITpmTransport first = Libtpms.Started("libtpms:" + folder, TpmFamily.Tpm20);
            Assert.Equal(TpmFault.Busy, Assert.Throws<TpmTransportException>(() => TransportCatalog.Default.Open("libtpms:" + folder)).Fault);
            Assert.All(Directory.GetFiles(folder), file => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file)));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void Damaged_state_is_told_as_that_and_left_as_it_is()
    {
        string folder = Directory.CreateTempSubdirectory("tpmhw").FullName;
        try
        {
            byte[] damaged = RandomNumberGenerator.GetBytes(100);
            string file = Path.Combine(folder, "tpm2-permall");
            File.WriteAllBytes(file, damaged);
            TpmTransportException error = Assert.Throws<TpmTransportException>(() => TransportCatalog.Default.Open("libtpms:" + folder));
            Assert.Equal(TpmFault.BadState, error.Fault);
            Assert.Equal(damaged, File.ReadAllBytes(file));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void The_hash_sequence_measures_into_pcr_17()
    {
        using ITpmTransport tpm = Libtpms.Started("libtpms", TpmFamily.Tpm20);
        ITpmHashSequence sequence = tpm.FindAbility<ITpmHashSequence>()!;
        sequence.HashStart();
        sequence.HashData("measured "u8);
        sequence.HashData("launch"u8);
        sequence.HashEnd();

        byte[] expected = SHA256.HashData([.. new byte[32], .. SHA256.HashData("measured launch"u8)]);
        Assert.Equal(Convert.ToHexString(expected), Libtpms.ReadPcr(tpm, Pcr17));
        Assert.True(tpm.FindAbility<ITpmEstablished>()!.ReadEstablished());
        tpm.FindAbility<ITpmEstablished>()!.ResetEstablished(4);
        Assert.False(tpm.FindAbility<ITpmEstablished>()!.ReadEstablished());
    }

    [Fact]
    public void The_locality_decides_what_a_command_may_do()
    {
        using ITpmTransport tpm = Libtpms.Started("libtpms", TpmFamily.Tpm20);
        const uint LocalityError = 0x907; // TPM_RC_LOCALITY: PCR 20 is reset at locality 2 and above only
        Assert.Equal(LocalityError, Libtpms.Code(tpm, Libtpms.PcrReset(20)));
        tpm.FindAbility<ITpmLocality>()!.Locality = 2;
        Assert.Equal(0u, Libtpms.Code(tpm, Libtpms.PcrReset(20)));
        Assert.Throws<ArgumentOutOfRangeException>(() => tpm.FindAbility<ITpmLocality>()!.Locality = 5);
    }

    [Fact]
    public async Task Every_ability_works_on_a_thread_that_sent_no_command()
    {
        using ITpmTransport tpm = Libtpms.Started("libtpms", TpmFamily.Tpm20);
        using ITpmTransport other = Libtpms.Started("libtpms", TpmFamily.Tpm20);
        Action[] abilities =
        [
            () => tpm.FindAbility<ITpmHashSequence>()!.HashStart(),
            () => tpm.FindAbility<ITpmHashSequence>()!.HashData("x"u8),
            () => tpm.FindAbility<ITpmHashSequence>()!.HashEnd(),
            () => Assert.True(tpm.FindAbility<ITpmEstablished>()!.ReadEstablished()),
            () => tpm.FindAbility<ITpmEstablished>()!.ResetEstablished(4),
            () => Assert.False(tpm.FindAbility<ITpmEstablished>()!.ReadEstablished()),
            () => tpm.FindAbility<ITpmImplementationInfo>()!.ReadImplementationInfo(),
            () => tpm.FindAbility<ITpmReset>()!.Reset(),
        ];
        foreach (Action ability in abilities)
        {
            await Task.Factory.StartNew(ability, TaskCreationOptions.LongRunning);
        }

        Assert.False(other.FindAbility<ITpmEstablished>()!.ReadEstablished());
    }

    [Fact]
    public void The_library_describes_itself()
    {
        using ITpmTransport tpm = TransportCatalog.Default.Open("libtpms");
        Assert.Contains("\"family\":\"2.0\"", tpm.FindAbility<ITpmImplementationInfo>()!.ReadImplementationInfo(), StringComparison.Ordinal);
    }
}

/// <summary>The few commands that these tests need, as bytes.</summary>
internal static class Libtpms
{
    private static readonly byte[] s_emptyPassword = [0, 0, 0, 9, 0x40, 0, 0, 9, 0, 0, 0, 0, 0];

    public static ITpmTransport Started(string connectionString, TpmFamily family)
    {
        ITpmTransport tpm = TransportCatalog.Default.Open(connectionString);
        Assert.Equal(0u, Code(tpm, RawCommands.Startup(family)));
        return tpm;
    }

    public static uint Code(ITpmTransport tpm, byte[] command)
    {
        byte[] response = new byte[4096];
        tpm.Transmit(command, response);
        return Wire.TpmHeader.Read(response).Code;
    }

    public static byte[] PcrReset(byte pcr) => RawCommands.Command(0x8002, 0x13D, [0, 0, 0, pcr, .. s_emptyPassword]);

    public static void ExtendPcr16(ITpmTransport tpm) => Assert.Equal(0u, Code(tpm, RawCommands.Command(
        0x8002, 0x182, [0, 0, 0, 16, .. s_emptyPassword, 0, 0, 0, 1, 0, 0x0B, .. new byte[32]])));

    public static string ReadPcr(ITpmTransport tpm, int pcr)
    {
        byte[] select = [0, 0, 0];
        select[pcr / 8] = (byte)(1 << (pcr % 8));
        byte[] response = new byte[4096];
        int length = tpm.Transmit(RawCommands.Command(0x8001, 0x17E, [0, 0, 0, 1, 0, 0x0B, 3, .. select]), response);
        return Convert.ToHexString(response.AsSpan(length - 32, 32));
    }

    public static uint ResetCount(ITpmTransport tpm)
    {
        byte[] response = new byte[4096];
        tpm.Transmit(RawCommands.Command(0x8001, 0x181, []), response); // TPM2_ReadClock: time, clock, resetCount, ...
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(response.AsSpan(10 + 16));
    }
}
