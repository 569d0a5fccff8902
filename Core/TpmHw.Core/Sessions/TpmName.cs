using TpmHw.Crypto;
using TpmHw.Spec;
using TpmHw.Wire;

namespace TpmHw.Sessions;

/// <summary>Names (Part 1, 16): what an entity is called by its contents.</summary>
internal static class TpmName
{
    /// <summary>Bytes of the longest Name: an algorithm and a digest.</summary>
    public const int MaxSize = sizeof(ushort) + TpmHash.MaxSize;

    /// <summary>The Name of an object; empty where it has no name algorithm.</summary>
    public static byte[] Of(in TpmtPublic publicArea)
    {
        Span<byte> marshaled = stackalloc byte[2048];
        var writer = new TpmWriter(marshaled);
        publicArea.Write(ref writer);
        return Of(publicArea.NameAlg, writer.Written);
    }

    /// <summary>The Name of an NV index.</summary>
    public static byte[] Of(in TpmsNvPublic publicArea)
    {
        Span<byte> marshaled = stackalloc byte[256];
        var writer = new TpmWriter(marshaled);
        publicArea.Write(ref writer);
        return Of(publicArea.NameAlg, writer.Written);
    }

    /// <summary>The Name of a PCR, a session or a permanent entity: its handle.</summary>
    public static byte[] Of(TpmHandle handle)
    {
        byte[] name = new byte[sizeof(uint)];
        var writer = new TpmWriter(name);
        handle.Write(ref writer);
        return name;
    }

    /// <summary>Whether the Name of what a handle names is the handle itself.</summary>
    public static bool IsHandle(TpmHandle handle) =>
        handle.Type is not (TpmHt.Transient or TpmHt.Persistent or TpmHt.NvIndex or TpmHt.ExternalNv or TpmHt.PermanentNv);

    private static byte[] Of(TpmAlgId nameAlg, ReadOnlySpan<byte> marshaled)
    {
        if (nameAlg == TpmAlgId.Null)
        {
            return [];
        }

        byte[] name = new byte[sizeof(ushort) + TpmHash.SizeOf(nameAlg)];
        new TpmWriter(name).WriteUInt16((ushort)nameAlg);
        TpmHash.Hash(nameAlg, marshaled, name.AsSpan(sizeof(ushort)));
        return name;
    }
}
