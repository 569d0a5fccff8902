using System.Security.Cryptography.X509Certificates;
using TpmHw.Core.Tests.Endorsement;

namespace TpmHw.Core.Tests.Protection;

public sealed class EndorsementTrustFilesTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("tpmhw-roots-");
    private readonly Maker _maker = new();

    public void Dispose()
    {
        _maker.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public void A_file_has_roots_and_what_is_between_them_and_TPMs()
    {
        string file = Write("bundle.txt", _maker.Factory.ExportCertificatePem() + "\n\nwords between\n" + _maker.Root.ExportCertificatePem());

        Check(EndorsementTrust.Load(file));
    }

    [Fact]
    public void A_folder_has_them_as_PEM_and_DER_and_may_have_other_files()
    {
        File.WriteAllBytes(Path.Combine(_folder.FullName, "factory.DER"), _maker.Factory.RawData);
        Write("root.pem", _maker.Root.ExportCertificatePem());
        Write("README", "where these certificates come from");
        _folder.CreateSubdirectory("old.pem");

        Check(EndorsementTrust.Load(_folder.FullName));
    }

    [Fact]
    public void One_file_may_be_DER()
    {
        string file = Path.Combine(_folder.FullName, "root");
        File.WriteAllBytes(file, _maker.Root.RawData);

        Assert.Equal(_maker.Root.Thumbprint, Assert.Single(EndorsementTrust.Load(file).Roots).Thumbprint);
    }

    [Fact]
    public void Without_a_root_nobody_would_be_trusted()
    {
        Write("factory.pem", _maker.Factory.ExportCertificatePem());

        Assert.Contains("none of its certificates is issued by itself", Fails(_folder.FullName), StringComparison.Ordinal);
        Assert.Contains("it has none at all", Fails(_folder.CreateSubdirectory("empty").FullName), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("words")]
    [InlineData("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")]
    public void What_is_no_certificate_is_told_by_its_file(string text)
    {
        Write("root.pem", _maker.Root.ExportCertificatePem());
        string file = Write("zzz.pem", text);

        Assert.Contains(file, Fails(_folder.FullName), StringComparison.Ordinal);
    }

    [Fact]
    public void What_can_not_be_read_is_told_by_its_name()
    {
        Assert.Contains("nowhere", Fails(Path.Combine(_folder.FullName, "nowhere")), StringComparison.Ordinal);
    }

    private static string Fails(string path) => Assert.Throws<TpmTrustException>(() => EndorsementTrust.Load(path)).Message;

    private void Check(EndorsementTrust trust)
    {
        Assert.Equal(_maker.Root.Thumbprint, Assert.Single(trust.Roots).Thumbprint);
        Assert.Equal(_maker.Factory.Thumbprint, Assert.Single(Assert.IsType<X509Certificate2Collection>(trust.Intermediates)).Thumbprint);
    }

    private string Write(string name, string text)
    {
        string path = Path.Combine(_folder.FullName, name);
        File.WriteAllText(path, text);
        return path;
    }
}
