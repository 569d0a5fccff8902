using System.Security.Cryptography.X509Certificates;
using TpmHw.Spec;
using TpmHw.Transports;

namespace TpmHw.Core.Tests.Protection;

/// <summary>Who asks which TPM it is, asks for protection, whatever the transport says of its way.</summary>
public sealed class AskingTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("tpmhw-pin-");

    private TpmPinFile File => new(Path.Combine(_folder.FullName, "tpm.pin"));

    private string State => Path.Combine(_folder.FullName, "state");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void A_TPM_in_this_process_is_used_without_protection_unless_it_is_asked_for()
    {
        Assert.Equal(BusProtectionLevel.Off, LevelOf(new()));
        Assert.NotEqual(BusProtectionLevel.Off, LevelOf(new() { ProtectBus = true }));
        Assert.NotEqual(BusProtectionLevel.Off, LevelOf(new() { PinStore = File }));
        Assert.NotEqual(BusProtectionLevel.Off, LevelOf(new() { EndorsementTrust = new([]) }));
        Assert.Equal(BusProtectionLevel.Pinned, LevelOf(new() { SaltKeyName = Name() }));
    }

    [Fact]
    public void To_take_protection_off_and_ask_which_TPM_it_is_is_a_contradiction()
    {
        Tpm2Options[] contradictions =
        [
            new() { ProtectBus = false, SaltKeyName = default(Tpm2bName) },
            new() { ProtectBus = false, PinStore = File },
            new() { ProtectBus = false, EndorsementTrust = new(new X509Certificate2Collection()) },
        ];

        Assert.All(contradictions, options =>
        {
            using ITpmTransport transport = TransportCatalog.Default.Open("libtpms");
            Assert.Equal("options", Assert.Throws<ArgumentException>(() => new Tpm2(transport, options)).ParamName);
        });
    }

    [Fact]
    public void A_pin_that_is_kept_is_held_to()
    {
        File.Keep(Name());

        using (Tpm2 same = Open(new() { PinStore = File }))
        {
            Assert.Equal(8, same.GetRandom(8).Length);
            Assert.Equal(BusProtectionLevel.Pinned, same.BusProtection.Level);
        }

        using var other = new Tpm2(TransportCatalog.Default.Open("libtpms"), new() { PinStore = File });
        var error = Assert.Throws<TpmSessionException>(() => other.GetRandom(8));
        Assert.Equal(TpmSessionFault.TpmReplaced, error.Fault);
        Assert.Contains(File.Path, error.Advice, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pin_is_kept_at_the_first_use_and_checked_at_the_second()
    {
        using (Tpm2 first = Open(new() { PinStore = File }))
        {
            first.GetRandom(8);
            Assert.Equal(first.BusProtection.KeyName, File.Find());
        }

        using Tpm2 second = Open(new() { PinStore = File });
        second.GetRandom(8);
        Assert.Equal(BusProtectionLevel.Pinned, second.BusProtection.Level);
    }

    [Fact]
    public void A_damaged_pin_is_no_first_use()
    {
        System.IO.File.WriteAllText(File.Path, "");
        using ITpmTransport transport = TransportCatalog.Default.Open("libtpms");
        Assert.Throws<TpmTrustException>(() => new Tpm2(transport, new() { PinStore = File }));
    }

    private static BusProtectionLevel LevelOf(Tpm2Options options)
    {
        using var tpm = new Tpm2(TransportCatalog.Default.Open("libtpms"), options);
        return tpm.BusProtection.Level;
    }

    private Tpm2 Open(Tpm2Options options) => new(TransportCatalog.Default.Open($"libtpms:{State}"), options);

    private Tpm2bName Name()
    {
        using Tpm2 tpm = Open(new() { ProtectBus = true });
        tpm.GetRandom(8);
        return Assert.NotNull(tpm.BusProtection.KeyName);
    }
}
