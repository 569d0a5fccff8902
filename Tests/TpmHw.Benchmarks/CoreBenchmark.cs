using TpmHw.Sessions;
using TpmHw.Spec;
using TpmHw.Testing;
using TpmHw.Transports;

namespace TpmHw.Benchmarks;

/// <summary>What a command costs over a transport that costs nothing, over one to a process that does nothing, and over swtpm.</summary>
internal static class CoreBenchmark
{
    private const int RandomBytes = 32;

    // What the stack itself costs; and over a socket, where both sides spend their time in the same two system calls, the
    // same but for what rounds differ by.
    private const double HighestRatio = 1;
    private const double HighestRatioOverSocket = 1.15;

    // A third of go-tpm's, both above raw bytes, whose cost is the system's and differs from run to run more than theirs.
    // On this work go-tpm 0.9's direct interface took 0.028 of what ESYS 3.2.1 takes.
    private const double HighestRatioEncrypted = 0.028 / 3;

    private static readonly Operation s_raw = new("raw bytes", "raw", HighestBytes: 0);
    private static readonly Operation s_random = new("GetRandom, span", "random", HighestBytes: 0);
    private static readonly Operation s_randomArray = new("GetRandom, array", "random", HighestBytes: RandomBytes + 24); // the array, with its header
    private static readonly Operation s_encrypted = new("GetRandom, encrypted", "session", HighestBytes: null);
    private static readonly Operation s_pcrRead = new("PCR_Read", "pcr", HighestBytes: null);
    private static readonly Operation s_sign = new("Sign, ECDSA", "sign", HighestBytes: null);

    private static readonly TpmlPcrSelection s_firstEight = [new(TpmAlgId.Sha256, TpmsPcrSelect.Of(0, 1, 2, 3, 4, 5, 6, 7))];

    public static IReadOnlyList<Measurement> Run()
    {
        BenchmarkException.ThrowIfThereIsNoSwtpm();
        DirectoryInfo folder = Directory.CreateTempSubdirectory("tpmhw-core-");
        try
        {
            string esys = EsysPeer.Build(folder.FullName);
            return [.. OverMemory(esys), .. OverResponder(esys, folder.FullName), .. OverSwtpm(esys)];
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static Measurement[] OverMemory(string esys)
    {
        using var swtpm = new SwtpmProcess();
        using EsysPeer peer = EsysPeer.OverMemory(esys, swtpm.DataPath);
        return Plain("memory", peer, HighestRatio, new MemoryTransport(TransportCatalog.Default.Open("libtpms")));
    }

    private static Measurement[] OverResponder(string esys, string folder)
    {
        using var swtpm = new SwtpmProcess();
        using var other = new SwtpmProcess();
        string ours = Path.Combine(folder, "ours");
        string theirs = Path.Combine(folder, "theirs");
        using EsysPeer responder = EsysPeer.Responder(esys, ours, swtpm.DataPath);
        using EsysPeer otherResponder = EsysPeer.Responder(esys, theirs, other.DataPath);
        using EsysPeer peer = EsysPeer.OverSocket(esys, theirs);
        return Plain("responder", peer, HighestRatioOverSocket, TransportCatalog.Default.Open("raw:path=" + ours));
    }

    private static Measurement[] OverSwtpm(string esys)
    {
        using var swtpm = new SwtpmProcess();
        using var other = new SwtpmProcess();
        using EsysPeer peer = EsysPeer.OverSocket(esys, other.DataPath);
        Measurement[] plain = Plain("swtpm", peer, null, TransportCatalog.Default.Open(swtpm.ConnectionString));
        Measurement encrypted = Encrypted("swtpm", peer, plain.Single(static m => m.Operation == s_raw.Name), TransportCatalog.Default.Open(swtpm.ConnectionString));
        return [.. plain, encrypted, .. Authenticated("swtpm", swtpm)];
    }

    /// <summary>Questions with nothing secret in them, under a salted session that audits: an HMAC each way, in turns with the same without a session.</summary>
    private static Measurement[] Authenticated(string name, SwtpmProcess swtpm)
    {
        using var otherSwtpm = new SwtpmProcess(); // it takes one client at a time
        using var tpm = new Tpm2(TransportCatalog.Default.Open(swtpm.ConnectionString), new() { ProtectBus = true });
        using var other = new Tpm2(TransportCatalog.Default.Open(otherSwtpm.ConnectionString), new() { ProtectBus = false });
        using TpmObject key = tpm.CreatePrimary(TpmRh.Owner, TpmTemplates.SigningEcc);
        using TpmObject otherKey = other.CreatePrimary(TpmRh.Owner, TpmTemplates.SigningEcc);
        Measurement Measure(string operation, Action<Tpm2, TpmObject> command) =>
            Measurement.OfProtection(name, operation + ", authenticated", () => command(tpm, key), () => command(other, otherKey));
        return
        [
            Measure("PCR_Read", static (tpm, _) => tpm.Commands.PcrRead(s_firstEight)),
            Measure("ReadPublic", static (tpm, key) => tpm.Commands.ReadPublic(key)),
            Measure("GetCapability", static (tpm, _) => tpm.Commands.GetCapability(TpmCap.TpmProperties, (uint)TpmPt.Permanent, 1)),
        ];
    }

    private static Measurement[] Plain(string name, EsysPeer peer, double? highestCpuRatio, ITpmTransport transport)
    {
        using var tpm = new Tpm2(transport, new() { ProtectBus = false });
        byte[] command = RawCommands.GetRandom(TpmFamily.Tpm20, RandomBytes);
        byte[] response = new byte[transport.Info.MaxResponseSize];
        byte[] random = new byte[RandomBytes];
        tpm.GetRandom(random); // starts the TPM up where that is needed
        using TpmObject key = tpm.CreatePrimary(TpmRh.Owner, TpmTemplates.SigningEcc);
        var digest = new Tpm2bDigest(random);
        var noScheme = new TpmtSigScheme(TpmAlgId.Null);
        var noTicket = new TpmtTkHashcheck(TpmSt.HashCheck, TpmRh.Null, default);
        return
        [
            Measurement.Of(name, peer, s_raw, null, () => transport.Transmit(command, response)),
            Measurement.Of(name, peer, s_random, highestCpuRatio, () => tpm.GetRandom(random)),
            Measurement.Of(name, peer, s_randomArray, highestCpuRatio, () => tpm.GetRandom(RandomBytes)),
            Measurement.Of(name, peer, s_pcrRead, highestCpuRatio, () => tpm.Commands.PcrRead(s_firstEight)),
            Measurement.Of(name, peer, s_sign, highestCpuRatio, () => tpm.Commands.Sign(key, digest, noScheme, noTicket)),
        ];
    }

    /// <summary>Through a salted session that encrypts: an HMAC each way, and what is secret encrypted.</summary>
    private static Measurement Encrypted(string name, EsysPeer peer, Measurement raw, ITpmTransport transport)
    {
        using var tpm = new Tpm2(transport, new() { ProtectBus = true });
        byte[] random = new byte[RandomBytes];
        tpm.GetRandom(random); // makes the session
        return Measurement.Of(name, peer, s_encrypted, HighestRatioEncrypted, () => tpm.GetRandom(random)) with { Above = raw };
    }
}
