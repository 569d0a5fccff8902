using TpmHw.Cli.Pcrs;
using TpmHw.Spec;
using TpmHw.Tpm12;
using TpmHw.Transport;
using TpmHw.Wire;

namespace TpmHw.Cli.Info;

/// <summary>The few commands of TPM 1.2 that are spoken here (TPM Main Part 3). A TPM that waits for Startup is started, as a TPM 2.0 is.</summary>
internal sealed class Tpm12Commands(ITpmTransport transport, CancellationToken cancellationToken)
{
    private const int PcrSize = 20;
    private const uint MostPcrs = 256;

    /// <summary>TPM_Startup (3.2).</summary>
    /// <exception cref="TpmCommandException">The TPM refused it.</exception>
    public void Startup(bool clear)
    {
        ThrowIfReserved(TpmCc.Startup);
        Send(PowerUp.StartupCommand(TpmFamily.Tpm12, clear));
    }

    /// <summary>TPM_SaveState (3.3): what Startup can resume from.</summary>
    /// <exception cref="TpmCommandException">The TPM refused it.</exception>
    public void SaveState()
    {
        ThrowIfReserved(TpmCc.Shutdown);
        Send(Tpm12Command.Of(Tpm12Cc.SaveState));
    }

    /// <summary>TPM_SelfTestFull (4.1), or TPM_ContinueSelfTest (4.2), which tests what is not tested yet.</summary>
    /// <exception cref="TpmCommandException">The TPM refused it, or failed.</exception>
    public void SelfTest(bool full) => Send(Tpm12Command.Of(full ? Tpm12Cc.SelfTestFull : Tpm12Cc.ContinueSelfTest));

    /// <summary>TPM_GetRandom (13.1), as often as it takes: a TPM gives as many bytes as it likes.</summary>
    /// <exception cref="TpmException">The TPM refused it, or gave no bytes, or too many.</exception>
    public void GetRandom(Span<byte> random)
    {
        const int Most = 512; // that much goes into any TPM's response

        while (!random.IsEmpty)
        {
            int wanted = Math.Min(random.Length, Most);
            byte[] given = Sized(Send(Tpm12Command.Of(Tpm12Cc.GetRandom, (uint)wanted)));
            if (given.Length == 0 || given.Length > wanted)
            {
                throw new TpmFormatException($"{given.Length} random bytes where 1 to {wanted} were asked for.");
            }

            given.CopyTo(random);
            random = random[given.Length..];
            given.AsSpan().Clear();
        }
    }

    /// <summary>The PCRs that the TPM has, all in the one bank that there is.</summary>
    public PcrBank Pcrs() => new(TpmAlgId.Sha1, [.. Enumerable.Range(0, (int)Math.Min(new TpmReader(GetCapability(Tpm12Cap.Property, Tpm12Cap.PropertyPcr)).ReadUInt32(), MostPcrs))]);

    /// <summary>TPM_PCRRead (16.2).</summary>
    /// <exception cref="TpmCommandException">There is no such PCR.</exception>
    public byte[] PcrRead(int pcr) => Digest(Send(Tpm12Command.Of(Tpm12Cc.PcrRead, (uint)pcr)));

    /// <summary>TPM_Extend (16.1).</summary>
    /// <exception cref="TpmCommandException">There is no such PCR, or it is not for everybody.</exception>
    public void Extend(int pcr, ReadOnlySpan<byte> sha1) => Digest(Send(Tpm12Command.Of(Tpm12Cc.Extend, [.. UInt32((uint)pcr), .. sha1])));

    /// <summary>TPM_GetCapability (7.1).</summary>
    /// <exception cref="TpmCommandException">The TPM does not have it.</exception>
    public byte[] GetCapability(uint area, uint? subCap = null) => Sized(Send(Tpm12Command.GetCapability(area, subCap)));

    private static byte[] UInt32(uint value) => [(byte)(value >> 24), (byte)(value >> 16), (byte)(value >> 8), (byte)value];

    /// <summary>A size in four bytes, and as many bytes.</summary>
    private static byte[] Sized(byte[] body)
    {
        var reader = new TpmReader(body);
        byte[] data = reader.ReadBytes((int)Math.Min(reader.ReadUInt32(), int.MaxValue)).ToArray();
        reader.ReadEnd();
        return data;
    }

    private static byte[] Digest(byte[] body) => body.Length == PcrSize ? body : throw new TpmFormatException($"A PCR of {body.Length} bytes where TPM 1.2 has {PcrSize}.");

    private byte[] Send(byte[] command)
    {
        TpmHeader header = TpmHeader.Read(command);
        byte[] response = Transmit(command);
        if (PowerUp.IsNeeded(TpmHeader.Read(response).Code) && !PowerUp.IsStartup(header))
        {
            Startup(clear: true);
            response = Transmit(command);
        }

        var code = new TpmResponseCode(TpmHeader.Read(response).Code);
        return code.IsSuccess ? response[TpmHeader.Size..]
            : code.Value == TpmRc.CommandBlocked ? throw new TpmCommandBlockedException(code, (TpmCc)header.Code)
            : throw new TpmCommandException(code, (TpmCc)header.Code);
    }

    /// <summary>What an operating system keeps to itself of a TPM 2.0's commands, it keeps of their likes here.</summary>
    private void ThrowIfReserved(TpmCc command)
    {
        if (transport.Info.ReservedCommands.Contains(command))
        {
            throw new TpmCommandBlockedException(command);
        }
    }

    private byte[] Transmit(byte[] command)
    {
        byte[] response = new byte[transport.Info.MaxResponseSize];
        return response[..transport.Transmit(command, response, cancellationToken)];
    }
}
