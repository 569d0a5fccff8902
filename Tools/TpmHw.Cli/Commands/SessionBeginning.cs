using TpmHw.Spec;
using TpmHw.Wire;

namespace TpmHw.Cli.Commands;

/// <summary>What a TPM2_StartAuthSession begins (Part 3, 11.1).</summary>
internal static class SessionBeginning
{
    /// <summary>Whether a command begins a session whose HMACs take both sides' nonces: an HMAC session, or a salted one of any kind.</summary>
    public static bool DependsOnNonces(byte[] command)
    {
        TpmHeader header = TpmHeader.Read(command);
        if (header.Tag is not (TpmHeader.NoSessions or TpmHeader.Sessions) || header.Code != (uint)TpmCc.StartAuthSession)
        {
            return false;
        }

        try
        {
            var reader = new TpmReader(command.AsSpan(TpmHeader.Size));
            var key = new TpmHandle(reader.ReadUInt32());
            reader.ReadUInt32(); // bind
            if (header.Tag == TpmHeader.Sessions)
            {
                reader.ReadBytes((int)reader.ReadUInt32());
            }

            reader.ReadSized(); // nonceCaller
            reader.ReadSized(); // encryptedSalt
            return key != TpmRh.Null || reader.ReadUInt8() == (byte)TpmSe.Hmac;
        }
        catch (TpmFormatException)
        {
            return false; // the TPM refuses it
        }
    }
}
