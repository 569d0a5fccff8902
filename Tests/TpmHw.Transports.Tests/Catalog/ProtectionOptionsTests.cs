using System.Security.Cryptography.X509Certificates;
using TpmHw.Spec;
using TpmHw.Transport;

namespace TpmHw.Transports.Tests.Catalog;

/// <summary>pin, trust and protect, which every connection string takes.</summary>
public sealed class ProtectionOptionsTests : IDisposable
{
    private const string All = "pin=a.pin,trust=roots,protect=on";

    private static readonly Tpm2bName s_name = Convert.FromHexString("000B" + new string('5', 64));

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("tpmhw-pin-");

    private string Pin => Path.Combine(_folder.FullName, "tpm.pin");

    public static TheoryData<string> Transports => [.. TransportCatalog.Default.Descriptors.Select(static d => d.Name)];

    public static TheoryData<string, Tpm2Options> Contradictions => new()
    {
        { "pin=a.pin", new() { SaltKeyName = s_name } },
        { "pin=a.pin", new() { PinStore = new TpmPinFile("a.pin") } },
        { "trust=roots", new() { EndorsementTrust = new(new X509Certificate2Collection()) } },
        { "pin=a.pin", new() { ProtectBus = false } },
        { "trust=roots", new() { ProtectBus = false } },
        { "pin=a.pin,protect=off", new() },
        { "protect=off", new() { PinStore = new TpmPinFile("a.pin") } },
        { "protect=off", new() { EndorsementTrust = new(new X509Certificate2Collection()) } },
        { "protect=off", new() { ProtectBus = true } },
        { "protect=on", new() { ProtectBus = false } },
    };

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [MemberData(nameof(Transports))]
    public void Every_transport_takes_them(string name)
    {
        TransportDescriptor descriptor = TransportCatalog.Default.Descriptors.Single(d => d.Name == name);
        string connectionString = descriptor.TakesWholeText ? $"{name}:{All},{descriptor.Example[(name.Length + 1)..]}"
            : descriptor.Example.Contains(':', StringComparison.Ordinal) ? $"{descriptor.Example},{All}"
            : $"{name}:{All}";

        ParsedConnection parsed = TransportCatalog.Default.Parse(connectionString);
        var plain = TransportCatalog.Default.Parse(descriptor.Example);

        Assert.Equal("pin", parsed.Protection.FirstGiven);
        Assert.Null(plain.Protection.FirstGiven);
        Assert.All(descriptor.Options, option => Assert.Equal(plain.Settings.Text(option.Name), parsed.Settings.Text(option.Name)));
        Assert.Empty(descriptor.Options.Select(static o => o.Name).Intersect(ProtectionOptions.All.Select(static o => o.Name)));
    }

    [Theory]
    [InlineData("ssh board tpmhw pipe", null)]
    [InlineData("pin=/a\\,b.pin,ssh board tpmhw pipe", "/a,b.pin")]
    [InlineData("protect=auto,pin=a.pin,ssh board tpmhw pipe", "a.pin")]
    [InlineData("pin=a.pin,ssh -o x=1,y=2 board tpmhw pipe --x pin=b.pin", "a.pin", "ssh -o x=1,y=2 board tpmhw pipe --x pin=b.pin")]
    [InlineData("env pin=a.pin,b ssh", null, "env pin=a.pin,b ssh")]
    public void Before_a_command_line_they_come_first(string config, string? pin, string command = "ssh board tpmhw pipe")
    {
        ParsedConnection parsed = TransportCatalog.Default.Parse("cmd:" + config);

        Assert.Equal(command, parsed.Settings.Text("command"));
        Assert.Equal(pin is null ? null : Path.GetFullPath(pin), ((TpmPinFile?)parsed.Protection.AddTo(new()).PinStore)?.Path);
    }

    [Fact]
    public void Without_a_command_line_after_them_one_is_missing()
    {
        TpmTransportException error = Assert.Throws<TpmTransportException>(() => TransportCatalog.Default.OpenTpm("cmd:pin=a.pin"));

        Assert.Equal(TpmFault.BadConnectionString, error.Fault);
        Assert.Contains("the command line is missing", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("pin=a.pin", "pin")]
    [InlineData("trust=roots", "trust")]
    [InlineData("protect=on", "protect")]
    [InlineData("protect=off", "protect")]
    public void A_transport_alone_refuses_them(string option, string name)
    {
        TpmTransportException error = Assert.Throws<TpmTransportException>(() => TransportCatalog.Default.Open("libtpms:" + option));

        Assert.Equal(TpmFault.BadConnectionString, error.Fault);
        Assert.StartsWith($"'{name}'", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("protect=maybe")]
    [InlineData("pin=")]
    [InlineData("pin=a,pin=b")]
    public void What_they_can_not_be_is_not_understood(string config)
    {
        Assert.Equal(TpmFault.BadConnectionString, Assert.Throws<TpmTransportException>(() => TransportCatalog.Default.OpenTpm("libtpms:" + config)).Fault);
    }

    [Fact]
    public void They_add_to_what_a_program_wants()
    {
        Tpm2Options wanted = new() { StartUpWhenNeeded = false, SaltKeyName = s_name };

        Assert.Equal(wanted, Read("protect=auto", wanted));
        Assert.Equal(wanted with { ProtectBus = true }, Read("protect=on", wanted));
        Assert.False(Read("protect=off", new()).ProtectBus);
        Assert.Equal(Path.GetFullPath("a.pin"), Assert.IsType<TpmPinFile>(Read("pin=a.pin", new()).PinStore).Path);
    }

    [Theory]
    [MemberData(nameof(Contradictions))]
    public void They_take_nothing_from_what_a_program_wants_and_it_takes_nothing_from_them(string config, Tpm2Options wanted)
    {
        TpmTransportException error = Assert.Throws<TpmTransportException>(() => Read(config, wanted));

        Assert.Equal(TpmFault.BadConnectionString, error.Fault);
    }

    [Fact]
    public void A_TPM_is_opened_by_the_pin_of_its_connection_string()
    {
        new TpmPinFile(Pin).Keep(NameOfKey());
        string pinned = $"libtpms:{_folder.FullName}/state,pin={Pin}";

        using (var tpm = Tpm2.Open(pinned))
        {
            tpm.GetRandom(8);
            Assert.Equal(BusProtectionLevel.Pinned, tpm.BusProtection.Level);
        }

        using var other = Tpm2.Open($"libtpms:pin={Pin}");
        Assert.Equal(TpmSessionFault.TpmReplaced, Assert.Throws<TpmSessionException>(() => other.GetRandom(8)).Fault);
    }

    [Fact]
    public void A_transport_is_not_left_open_where_its_pin_is_damaged()
    {
        File.WriteAllText(Pin, "");
        string state = $"{_folder.FullName}/state";

        Assert.Throws<TpmTrustException>(() => Tpm2.Open($"libtpms:{state},pin={Pin}"));

        using var again = Tpm2.Open($"libtpms:{state}"); // one that was left open would hold its state folder
        again.GetRandom(1);
    }

    private static Tpm2Options Read(string config, Tpm2Options wanted) => TransportCatalog.Default.Parse("libtpms:" + config).Protection.AddTo(wanted);

    private Tpm2bName NameOfKey()
    {
        using var tpm = Tpm2.Open($"libtpms:{_folder.FullName}/state", new() { ProtectBus = true });
        tpm.GetRandom(8);
        return Assert.NotNull(tpm.BusProtection.KeyName);
    }
}
