using TpmHw.Crypto;
using TpmHw.Execution;
using TpmHw.Sessions;
using TpmHw.Spec;
using TpmHw.Spec.Commands;
using TpmHw.Wire;

namespace TpmHw.Core.Tests.Endorsement;

/// <summary>A TPM that only says things: NV indices, persistent keys, what its templates give, and whatever lie a test wants.</summary>
internal sealed class PaperTpm : ICommandSender
{
    public const TpmaNvFlags Usual =
        TpmaNvFlags.PpWrite | TpmaNvFlags.PpRead | TpmaNvFlags.OwnerRead | TpmaNvFlags.AuthRead | TpmaNvFlags.NoDa | TpmaNvFlags.Written | TpmaNvFlags.PlatformCreate;

    private static readonly TpmHandle s_primary = new(0x80000000);

    public SortedDictionary<uint, (byte[] Data, TpmaNvFlags Flags)> Nv { get; } = [];

    public SortedDictionary<uint, TpmtPublic> Persistent { get; } = [];

    /// <summary>The key that a template gives; null if the TPM refuses it.</summary>
    public Func<TpmtPublic, TpmtPublic?> Primary { get; init; } = static _ => null;

    /// <summary>The response code for a reader of an NV index.</summary>
    public Func<NvRead, uint> Refuse { get; set; } = static _ => TpmRc.Success;

    /// <summary>Replaces an answer.</summary>
    public Func<object, object, object> Lie { get; set; } = static (_, answer) => answer;

    public List<object> Commands { get; } = [];

    /// <summary>Primary keys that are still loaded.</summary>
    public int Loaded { get; private set; }

    public TResponse Run<TCommand, TResponse>(in TCommand command, CancellationToken cancellationToken)
        where TCommand : ITpmCommand<TCommand, TResponse>
        where TResponse : ITpmMessage<TResponse>
    {
        Assert.True(Commands.Count < 5000, "This goes on for ever.");
        Commands.Add(command);
        return (TResponse)Lie(command, Answer(command));
    }

    private object Answer(object command) => command switch
    {
        GetCapability ask => Handles(ask),
        NvReadPublic ask when Nv.TryGetValue(ask.NvIndex.Value, out var index) => new NvReadPublic.Response(new(AreaOf(ask.NvIndex, index)), default),
        NvRead ask when Nv.TryGetValue(ask.NvIndex.Value, out var index) => Refuse(ask) is var code and not TpmRc.Success
            ? throw new TpmCommandException(new(code), TpmCc.NvRead)
            : new NvRead.Response(index.Data[ask.Offset..(ask.Offset + ask.Size)]),
        ReadPublic ask when Persistent.TryGetValue(ask.ObjectHandle.Value, out TpmtPublic key) => new ReadPublic.Response(new(key), NameOf(key), default),
        CreatePrimary ask when Primary(ask.InPublic.PublicArea) is { } key => Load(key),
        CreatePrimary => throw new TpmCommandException(new(TpmRc.BadAuth + TpmRc.S + TpmRc.N1), TpmCc.CreatePrimary),
        FlushContext ask when ask.FlushHandle == s_primary => Flush(),
        _ => throw new TpmCommandException(new(TpmRc.Handle + TpmRc.N1), TpmCc.NvReadPublic),
    };

    private object Load(TpmtPublic key)
    {
        Loaded++;
        return default(CreatePrimary.Response) with { ObjectHandle = s_primary, OutPublic = new(key), Name = NameOf(key) };
    }

    private object Flush()
    {
        Loaded--;
        return default(TpmEmptyResponse);
    }

    private GetCapability.Response Handles(GetCapability ask)
    {
        IEnumerable<uint> all = ask.Property >> 24 == (uint)TpmHt.NvIndex ? Nv.Keys : Persistent.Keys;
        return Answer(all.Where(h => h >= ask.Property), moreData: false);
    }

    public static GetCapability.Response Answer(IEnumerable<uint> handles, bool moreData) =>
        new(moreData, new(TpmCap.Handles, new TpmuCapabilities.Handles([.. handles.Select(h => new TpmHandle(h))])));

    private static Tpm2bName NameOf(TpmtPublic key) => TpmHash.TrySizeOf(key.NameAlg) is not null ? TpmName.Of(key) : new byte[34];

    private static TpmsNvPublic AreaOf(TpmHandle handle, (byte[] Data, TpmaNvFlags Flags) index) =>
        new(handle, TpmAlgId.Sha256, TpmaNv.Of(index.Flags), default, (ushort)index.Data.Length);
}
