using System.Security.Cryptography;
using TpmHw.Spec;
using TpmHw.Wire;

namespace TpmHw.Core.Tests.SpecTests.Execution;

/// <summary>Chapter 31 of Part 3.</summary>
internal sealed partial class EveryCommand
{
    private const TpmaNvFlags AnyOwner = TpmaNvFlags.OwnerRead | TpmaNvFlags.OwnerWrite | TpmaNvFlags.AuthRead | TpmaNvFlags.AuthWrite | TpmaNvFlags.NoDa;

    private void NonVolatileStorage()
    {
        TpmHandle index = Define(0x01800001, TpmNt.Ordinary, 32, TpmaNvFlags.WriteStClear | TpmaNvFlags.ReadStClear);
        Commands.NvWrite(index, index, s_data, 0);
        Assert.Equal(s_data.AsSpan(2, 4), Commands.NvRead(index, index, 4, 2).Data.Span);
        var read = Commands.NvReadPublic(index);
        Assert.Equal(SHA256.HashData(Bytes(read.NvPublic.NvPublic)), read.NvName.Span[2..]);
        _keys.With(Keys.Signing, key =>
        {
            var reader = new TpmReader(Commands.NvCertify(key, index, index, default, s_keysOwn, 4, 2).CertifyInfo.Span);
            Assert.Equal(s_data.AsSpan(2, 4), Assert.IsType<TpmuAttest.Nv>(TpmsAttest.Read(ref reader).Attested).NvContents.Span);
        });
        Commands.NvWriteLock(TpmRh.Owner, index);
        Commands.NvReadLock(TpmRh.Owner, index);
        Commands.NvUndefineSpace(TpmRh.Owner, index);

        index = Define(0x01800002, TpmNt.Counter, 8);
        Commands.NvIncrement(index, index);
        ulong count = BitConverter.ToUInt64(Commands.NvRead(index, index, 8, 0).Data.Span);
        Commands.NvIncrement(index, index);
        Assert.NotEqual(count, BitConverter.ToUInt64(Commands.NvRead(index, index, 8, 0).Data.Span));
        Commands.NvUndefineSpace(TpmRh.Owner, index);

        index = Define(0x01800003, TpmNt.Bits, 8, TpmaNvFlags.GlobalLock);
        Commands.NvSetBits(index, index, 0x81);
        Assert.Equal("0000000000000081", Commands.NvRead(index, index, 8, 0).Data.ToString());
        Commands.NvGlobalWriteLock(TpmRh.Owner);
        Assert.Equal(0x148u, Assert.Throws<TpmCommandException>(() => Commands.NvSetBits(index, index, 1)).Code.Base.Value); // TPM_RC_NV_LOCKED
        Commands.NvUndefineSpace(TpmRh.Owner, index);

        index = Define(0x01800004, TpmNt.Extend, 32);
        Commands.NvExtend(index, index, s_data);
        Assert.Equal(SHA256.HashData([.. new byte[32], .. s_data]), Commands.NvRead(index, index, 32, 0).Data.Span);
        Commands.NvUndefineSpace(TpmRh.Owner, index);
    }

    private TpmHandle Define(uint handle, TpmNt type, ushort size, TpmaNvFlags more = TpmaNvFlags.None)
    {
        var index = new TpmHandle(handle);
        Commands.NvDefineSpace(TpmRh.Owner, default, new TpmsNvPublic(index, TpmAlgId.Sha256, TpmaNv.Of(AnyOwner | more, type), default, size));
        return index;
    }
}
