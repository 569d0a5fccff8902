using System.Text.RegularExpressions;
using TpmHw.Spec;
using TpmHw.Testing;
using TpmHw.Testing.Programs;
using TpmHw.Trees;
using TpmHw.Wire;

namespace TpmHw.Interop.Tests;

/// <summary>The bytes that tpm2-tools send and get are read into our types, and written again to the same bytes.</summary>
public sealed partial class ToolsBytesTests : IDisposable
{
    private const int Wanted = 60;

    // One program a line. Files stay in one folder, so that each finds what those before it have written; braces are a file's
    // contents in hex digits.
    private const string Programs = """
        getcap algorithms
        getrandom 8 -o data
        selftest -f
        incrementalselftest sha256
        gettestresult
        stirrandom data
        testparms ecc256
        hash -C o -g sha256 -o digest -t ticket data
        pcrread sha256:0
        pcrextend 16:sha256=0000000000000000000000000000000000000000000000000000000000000001
        pcrevent 16 data
        pcrreset 16
        pcrallocate sha1:all+sha256:all
        readclock
        setclock 900000
        clockrateadjust s
        createprimary -Q -C o -G ecc -c primary --creation-data c.data -t c.ticket -d c.hash
        create -Q -C primary -G ecc -u sign.pub -r sign.priv -c sign
        create -Q -C primary -G rsa -u rsa.pub -r rsa.priv -c rsa
        create -Q -C primary -G hmac -u hmac.pub -r hmac.priv -c hmac
        create -Q -C primary -G aes128cfb -u aes.pub -r aes.priv -c aes
        create -Q -C primary -G ecc:ecdaa4-sha256 -c daa -u daa.pub -r daa.priv
        create -Q -C primary -i data -u seal.pub -r seal.priv
        load -Q -C primary -u seal.pub -r seal.priv -c seal
        unseal -c seal
        readpublic -c sign -o sign.pem -f pem -n sign.name
        loadexternal -Q -C o -u sign.pub -c external
        certifycreation -C sign -c primary -d c.hash -t c.ticket -g sha256 -o cc.sig --attestation cc.att
        certify -c primary -C sign -g sha256 -o att -s att.sig
        quote -Q -c sign -l sha256:0 -q 0011
        gettime -c sign -q 0011
        getcommandauditdigest -c sign -q 0011 -g sha256 -s ca.sig -m ca.att
        setcommandauditstatus 0x17b
        sign -c sign -g sha256 -o sig data
        verifysignature -c sign -g sha256 -m data -s sig -t verified
        rsaencrypt -c rsa -o rsa.enc data
        rsadecrypt -c rsa -o rsa.dec rsa.enc
        hmac -c hmac -o hmac.out data
        encryptdecrypt -c aes -o aes.enc data
        create -Q -C primary -G ecc -a fixedtpm|fixedparent|sensitivedataorigin|userwithauth|decrypt -u dh.pub -r dh.priv -c dh
        ecdhkeygen -c dh -u dh.u -o dh.z
        ecdhzgen -c dh -u dh.u -o dh.z2
        ecephemeral -u eph.pub -t eph.ctr ecc256
        geteccparameters ecc256 -o ecc.out
        commit -c daa --eccpoint-K K --eccpoint-L L -u E -t counter
        createek -Q -G ecc -c ek -u ek.pub
        startauthsession --policy-session -S es
        policysecret -Q -S es -c e
        makecredential -Q -u ek.pub -s data -n {sign.name} -o cred
        flushcontext es
        changeauth -C primary -c seal -r seal2.priv secret
        changeauth -c o owner
        changeauth -c o -p owner
        evictcontrol -Q -C o -c primary 0x81000001
        evictcontrol -Q -C o -c 0x81000001
        startauthsession -S ses
        policypcr -Q -S ses -l sha256:0
        policyrestart -S ses
        policyauthvalue -Q -S ses
        policypassword -Q -S ses
        policycommandcode -Q -S ses 0x148
        policylocality -Q -S ses three
        policynvwritten -Q -S ses s
        policycountertimer -Q -S ses clock=900
        policyrestart -S ses
        policynamehash -Q -S ses -n digest
        policyrestart -S ses
        policytemplate -Q -S ses --template-hash digest
        policyrestart -S ses
        policyduplicationselect -Q -S ses -N sign.name
        policyrestart -S ses
        policysecret -Q -S ses -c o -L p1
        policyor -Q -S ses -L p2 sha256:p1,digest
        policysigned -Q -S ses -c sign -g sha256 -s sig
        policyauthorize -Q -S ses -i digest -n sign.name -t verified
        flushcontext ses
        startauthsession --hmac-session -S h
        sessionconfig h --enable-audit
        getrandom -S h 4 -o r4
        getsessionauditdigest -c sign -S h -q 0011 -g sha256 -s sa.sig -m sa.att
        flushcontext h
        nvdefine -Q -C o -s 32 -a ownerread|ownerwrite|authread|authwrite|write_stclear|read_stclear 0x1500001
        nvwrite -Q -C o -i data 0x1500001
        nvread -C o -s 8 0x1500001
        nvreadpublic 0x1500001
        nvcertify -C sign -c o -g sha256 -o nv.sig --attestation nv.att 0x1500001
        startauthsession -S ses
        policynv -Q -S ses -C o -i data 0x1500001 eq
        flushcontext ses
        nvwritelock -C o 0x1500001
        nvreadlock -C o 0x1500001
        nvundefine -C o 0x1500001
        nvdefine -Q -C o -s 8 -a ownerread|ownerwrite|nt=counter 0x1500002
        nvincrement -C o 0x1500002
        nvdefine -Q -C o -s 8 -a ownerread|ownerwrite|nt=bits 0x1500003
        nvsetbits -C o -i 0x81 0x1500003
        nvdefine -Q -C o -g sha256 -a ownerread|ownerwrite|nt=extend 0x1500004
        nvextend -C o -i data 0x1500004
        dictionarylockout -c
        dictionarylockout -s -n 10 -t 600 -l 3600
        setprimarypolicy -C o -L digest -g sha256
        hierarchycontrol -C p ehEnable clear
        hierarchycontrol -C p ehEnable set
        clearcontrol -C l s
        clearcontrol -C p c
        changeeps
        changepps
        clear -c p
        shutdown -c
        startup -c
        """;

    private readonly ToolsProxy _proxy = new();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("tpmhw-");

    public void Dispose()
    {
        _proxy.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task What_tpm2_tools_say_is_written_as_they_wrote_it()
    {
        var environment = new Dictionary<string, string?> { ["TPM2TOOLS_TCTI"] = _proxy.ConnectionString };
        foreach (string line in Programs.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] arguments = Contents().Replace(line, HexOf).Split(' ');
            (await ProgramRun.Of("tpm2", arguments, environment, _folder.FullName)).Succeeded();
            _proxy.Flush();
        }

        Assert.All(_proxy.Exchanges, Check);
        TpmCc[] said = [.. _proxy.Exchanges.Select(e => (TpmCc)TpmHeader.Read(e.Command).Code).Distinct()];
        Assert.True(said.Length >= Wanted, $"{said.Length} commands: {string.Join(' ', said)}");
    }

    private static void Check((byte[] Command, byte[] Response) exchange)
    {
        TpmMessageTree tree = TpmMessageTree.OfCommand(exchange.Command);
        CommandCodec codec = CommandCodec.All[tree.Command];
        Assert.Null(tree.Error);
        Assert.Equal(exchange.Command, codec.Recode(exchange.Command));
        Assert.Null(TpmMessageTree.OfResponse(exchange.Response, tree.Command).Error);
        if (TpmHeader.Read(exchange.Response).Code == 0)
        {
            Assert.Equal(exchange.Response, codec.RecodeResponse(exchange.Response));
        }
    }

    private string HexOf(Match file) => Convert.ToHexStringLower(File.ReadAllBytes(Path.Combine(_folder.FullName, file.Groups[1].Value)));

    [GeneratedRegex(@"\{(.+?)\}")]
    private static partial Regex Contents();
}
