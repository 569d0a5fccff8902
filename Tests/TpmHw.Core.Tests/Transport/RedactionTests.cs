using System.Text;
using TpmHw.Spec;
using TpmHw.Transport;
using static TpmHw.Core.Tests.Transport.Messages;

namespace TpmHw.Core.Tests.Transport;

/// <summary>Plants a secret wherever a command or a response can have one, and looks for it in the log.</summary>
public sealed class RedactionTests
{
    private const string SecretText = "hunter2-Hunter2!";
    private const string S = "68756E746572322D48756E7465723221";
    private const string Sized = "0010" + S;
    private const string Sensitive = "0024" + Sized + Sized; // userAuth, data
    private const string Handle = "81000001";
    private const string EmptyPassword = "00000009 40000009 0000 00 0000";
    private const string TwoEmptyPasswords = "00000012 40000009 0000 00 0000 40000009 0000 00 0000";
    private const string Password = "00000019 40000009 0000 00 " + Sized;
    private const string Visible = "ABADCAFE";
    private const string OneSession = "0000 01 0000";

    /// <summary>Command code, what follows the command's header, what follows the response's header; with a password session.</summary>
    public static TheoryData<TpmCc, string, string> Authorised { get; } = new()
    {
        { TpmCc.HierarchyChangeAuth, Handle + EmptyPassword + Sized, "" },
        { TpmCc.Create, Handle + EmptyPassword + Sensitive + Visible, "" },
        { TpmCc.CreatePrimary, Handle + EmptyPassword + Sensitive + Visible, "" },
        { TpmCc.CreateLoaded, Handle + EmptyPassword + Sensitive + Visible, "" },
        { TpmCc.ObjectChangeAuth, Handle + Handle + EmptyPassword + Sized, "" },
        { TpmCc.PcrSetAuthValue, Handle + EmptyPassword + Sized, "" },
        { TpmCc.PcrEvent, Handle + EmptyPassword + Sized, "" },
        { TpmCc.SetCapability, Handle + EmptyPassword + Sized, "" },
        { TpmCc.NvDefineSpace, Handle + EmptyPassword + Sized + Visible, "" },
        { TpmCc.NvDefineSpace2, Handle + EmptyPassword + Sized + Visible, "" },
        { TpmCc.NvChangeAuth, Handle + EmptyPassword + Sized, "" },
        { TpmCc.NvWrite, Handle + Handle + EmptyPassword + Sized + Visible, "" },
        { TpmCc.NvExtend, Handle + Handle + EmptyPassword + Sized, "" },
        { TpmCc.NvRead, Handle + Handle + EmptyPassword + Visible, "00000012" + Sized + OneSession },
        { TpmCc.NvCertify, Handle + Handle + Handle + TwoEmptyPasswords + Visible, "00000016" + Sized + Visible + OneSession },
        { TpmCc.PolicyNv, Handle + Handle + Handle + EmptyPassword + Sized + Visible, "" },
        { TpmCc.Unseal, Handle + EmptyPassword, "00000012" + Sized + OneSession },
        { TpmCc.RsaDecrypt, Handle + EmptyPassword + Visible, "00000012" + Sized + OneSession },
        { TpmCc.EccDecrypt, Handle + EmptyPassword + Visible, "00000012" + Sized + OneSession },
        { TpmCc.EcdhZGen, Handle + EmptyPassword + Visible, "00000012" + Sized + OneSession },
        { TpmCc.ZGen2Phase, Handle + EmptyPassword + Visible, "00000024" + Sized + Sized + OneSession },
        { TpmCc.EncryptDecrypt, Handle + EmptyPassword + "00 0043 0000" + Sized, "00000014" + Sized + "0000" + OneSession },
        { TpmCc.EncryptDecrypt2, Handle + EmptyPassword + Sized + "00 0043 0000", "00000014" + Sized + "0000" + OneSession },
        { TpmCc.ActivateCredential, Handle + Handle + TwoEmptyPasswords + Visible, "00000012" + Sized + OneSession },
        { TpmCc.Import, Handle + EmptyPassword + Sized + "0000" + Sized + "0000 0010", "" },
        { TpmCc.Rewrap, Handle + Handle + EmptyPassword + Sized + "0000 0000", "00000014" + Sized + "0000" + OneSession },
        { TpmCc.Duplicate, Handle + Handle + EmptyPassword + Sized + "0010", "00000026" + Sized + Sized + "0000" + OneSession },
        { TpmCc.Hmac, Handle + EmptyPassword + Sized + Visible, "00000012" + Sized + OneSession },
        { TpmCc.HmacStart, Handle + EmptyPassword + Sized + Visible, "" },
        { TpmCc.SequenceUpdate, Handle + EmptyPassword + Sized, "" },
        { TpmCc.SequenceComplete, Handle + EmptyPassword + Sized + Visible, "00000016" + Sized + Visible + OneSession },
        { TpmCc.EventSequenceComplete, Handle + Handle + TwoEmptyPasswords + Sized, "" },
        { TpmCc.PolicySecret, Handle + Handle + EmptyPassword + Visible, "00000012" + Sized + OneSession },
        { TpmCc.AcSend, Handle + Handle + Handle + TwoEmptyPasswords + Sized + Visible, "" },
        { TpmCc.SignSequenceComplete, Handle + Handle + TwoEmptyPasswords + Sized, "" },
        { TpmCc.Decapsulate, Handle + EmptyPassword + Visible, "00000012" + Sized + OneSession },
    };

    /// <summary>The same without sessions.</summary>
    public static TheoryData<TpmCc, string, string> Unauthorised { get; } = new()
    {
        { TpmCc.GetRandom, Visible, Sized },
        { TpmCc.StirRandom, Sized, "" },
        { TpmCc.LoadExternal, Sensitive + Visible, "" },
        { TpmCc.Hash, Sized + Visible, Sized + Visible },
        { TpmCc.HashSequenceStart, Sized + Visible, "" },
        { TpmCc.MakeCredential, Handle + Sized + Visible, "" },
        { TpmCc.RsaEncrypt, Handle + Sized + Visible, "" },
        { TpmCc.EccEncrypt, Handle + Sized + Visible, "" },
        { TpmCc.EcdhKeyGen, Handle, Sized + Visible },
        { TpmCc.PolicySigned, Handle + Handle + Visible, Sized },
        { TpmCc.PolicyTicket, Handle + Sized + Sized, "" },
        { TpmCc.FieldUpgradeData, Sized, "" },
        { TpmCc.FirmwareRead, "00000000", Sized },
        { TpmCc.Encapsulate, Handle, Sized + Visible },
        { TpmCc.SignSequenceStart, Handle + Sized + Visible, "" },
        { (TpmCc)0x20000001, S, S },

        // A session where there can be none: nothing says where the password is.
        { TpmCc.Clear, Handle + Password, "" },
        { TpmCc.Quote, Handle + Password, "" },

        // A size that is no size.
        { TpmCc.Hash, "FFFF" + S, "" },
        { TpmCc.EcdhKeyGen, Handle, "FFFF" + S },
    };

    [Theory]
    [MemberData(nameof(Authorised))]
    public void A_secret_of_an_authorised_command_is_not_in_the_log(TpmCc code, string command, string response) =>
        CheckBothWays(Message(0x8002, (uint)code, command), Message(0x8002, 0, response), (command + response).Contains(Visible, StringComparison.Ordinal));

    [Theory]
    [MemberData(nameof(Unauthorised))]
    public void A_secret_of_a_command_without_sessions_is_not_in_the_log(TpmCc code, string command, string response) =>
        CheckBothWays(Message(0x8001, (uint)code, command), Message(0x8001, 0, response), (command + response).Contains(Visible, StringComparison.Ordinal));

    [Fact]
    public void A_password_is_not_in_the_log_whatever_the_command_and_however_many_handles_precede_it()
    {
        foreach (TpmCc code in Enum.GetValues<TpmCc>().Append((TpmCc)0x20000001))
        {
            for (int handles = 0; handles <= 3; handles++)
            {
                string before = string.Concat(Enumerable.Repeat(Handle, handles));
                CheckIsAbsent(Log(Message(0x8002, (uint)code, before + Password), CannedTransport.Success));
            }
        }
    }

    [Fact]
    public void A_responses_HMAC_is_not_in_the_log_whatever_the_command()
    {
        const string Session = "0000 01 " + Sized;
        foreach (TpmCc code in Enum.GetValues<TpmCc>().Append((TpmCc)0x20000001))
        {
            CheckIsAbsent(Log(Message(0x8001, (uint)code), Message(0x8002, 0, "00000000" + Session)));
            CheckIsAbsent(Log(Message(0x8001, (uint)code), Message(0x8002, 0, "80FFFFFF 00000000" + Session)));
        }
    }

    [Fact]
    public void All_sessions_of_a_command_are_shown_but_for_their_HMACs()
    {
        const string Nonce = "0004 DEADBEEF";
        string command = Handle + Handle + "0000003A 02000001" + Nonce + "01" + Sized + "02000002" + Nonce + "61" + Sized + "0011";
        string log = Log(Message(0x8002, (uint)TpmCc.NvReadLock, command), CannedTransport.Success);

        CheckIsAbsent(log);
        Assert.Contains("02000001" + "0004deadbeef" + "01" + "0010[16 bytes withheld]02000002" + "0004deadbeef" + "61" + "0010[16 bytes withheld]0011", log, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0x18u, "", S)] // Unseal
    [InlineData(0x46u, "00000010", "00000010" + S)] // GetRandom
    [InlineData(0x47u, "00000010" + S, "")] // StirRandom
    [InlineData(0x0Du, S, "")] // TakeOwnership
    [InlineData(0x0Cu, S, "")] // ChangeAuth
    [InlineData(0x10u, S, "")] // ChangeAuthOwner
    [InlineData(0x17u, S, "")] // Seal
    [InlineData(0x1Eu, "", S)] // UnBind
    [InlineData(0x1Fu, S, "")] // CreateWrapKey
    [InlineData(0x3Du, S, "")] // Sealx
    [InlineData(0x74u, S, "")] // SetOperatorAuth
    [InlineData(0x7Au, "", S)] // ActivateIdentity
    [InlineData(0xA1u, S, "")] // SHA1Update
    [InlineData(0xCCu, S, "")] // NV_DefineSpace
    [InlineData(0xCDu, S, "")] // NV_WriteValue
    [InlineData(0xCEu, S, "")] // NV_WriteValueAuth
    [InlineData(0xCFu, "", S)] // NV_ReadValue
    [InlineData(0xD0u, "", S)] // NV_ReadValueAuth
    [InlineData(0xE7u, S, S)] // ExecuteTransport
    [InlineData(0x12345u, S, S)]
    public void A_secret_of_a_TPM_1_2_command_is_not_in_the_log(uint ordinal, string command, string response)
    {
        for (ushort auths = 0; auths <= 2; auths++)
        {
            string commandTrailers = string.Concat(Enumerable.Repeat(Handle + Zeros(20) + "01" + S + "00000000", auths));
            string responseTrailers = string.Concat(Enumerable.Repeat(Zeros(20) + "01" + S + "00000000", auths));
            CheckBothWays(
                Message((ushort)(0xC1 + auths), ordinal, command + commandTrailers),
                Message((ushort)(0xC4 + auths), 0, response + responseTrailers),
                isVisible: false);
        }
    }

    [Fact]
    public void A_TPM_1_2_authorization_is_not_in_the_log_whatever_the_command()
    {
        for (uint ordinal = 0; ordinal < 0x100; ordinal++)
        {
            CheckIsAbsent(Log(
                Message(0xC2, ordinal, Handle + Zeros(20) + "01" + S + "00000000"),
                Message(0xC5, 0, Zeros(20) + "01" + S + "00000000")));
        }
    }

    [Fact]
    public void Bytes_after_an_error_are_not_in_the_log() =>
        CheckIsAbsent(Log(PcrRead, Message(0x8001, 0x101, S)));

    private static void CheckBothWays(byte[] command, byte[] response, bool isVisible)
    {
        string log = Log(command, response);
        CheckIsAbsent(log);
        Assert.Contains("bytes withheld]", log, StringComparison.Ordinal);
        if (isVisible)
        {
            Assert.Contains(Visible, log, StringComparison.OrdinalIgnoreCase);
        }

        Assert.Contains(S, Log(command, response, withSecrets: true), StringComparison.OrdinalIgnoreCase);
    }

    private static void CheckIsAbsent(string log)
    {
        Assert.DoesNotContain(S[..8], log, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(S[^8..], log, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(SecretText, log, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(Convert.ToBase64String(Encoding.ASCII.GetBytes(SecretText))[..8], log, StringComparison.Ordinal);
    }

    private static string Log(byte[] command, byte[] response, bool withSecrets = false)
    {
        var log = new ListLogger();
        using var transport = new TracingTransport(new CannedTransport(response), log, logSecretsInPlainText: withSecrets);
        transport.Send(command);
        Assert.Equal(4, log.Events.Count);
        return log.Text;
    }

    private static string Zeros(int count) => new('0', 2 * count);
}
