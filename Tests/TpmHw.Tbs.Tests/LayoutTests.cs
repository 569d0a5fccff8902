using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TpmHw.Tbs.Native;

namespace TpmHw.Tbs.Tests;

/// <summary>The layouts of tbs.h.</summary>
public sealed class LayoutTests
{
    [Fact]
    public void The_structures_are_as_large_as_the_headers_say()
    {
        Assert.Equal(8, Unsafe.SizeOf<TbsContextParams>());
        Assert.Equal(16, Unsafe.SizeOf<TpmDeviceInfo>());
    }

    [Theory]
    [InlineData(typeof(TbsContextParams), nameof(TbsContextParams.Version), 0)]
    [InlineData(typeof(TbsContextParams), nameof(TbsContextParams.Flags), 4)]
    [InlineData(typeof(TpmDeviceInfo), nameof(TpmDeviceInfo.StructVersion), 0)]
    [InlineData(typeof(TpmDeviceInfo), nameof(TpmDeviceInfo.TpmVersion), 4)]
    [InlineData(typeof(TpmDeviceInfo), nameof(TpmDeviceInfo.TpmInterfaceType), 8)]
    [InlineData(typeof(TpmDeviceInfo), nameof(TpmDeviceInfo.TpmImpRevision), 12)]
    public void The_fields_are_where_the_headers_have_them(Type structure, string field, int offset) =>
        Assert.Equal(offset, (int)Marshal.OffsetOf(structure, field));

    [Theory]
    [InlineData(TbsVersion.Tpm12, false, new byte[] { 1, 0, 0, 0, 0, 0, 0, 0 })]
    [InlineData(TbsVersion.Tpm12, true, new byte[] { 2, 0, 0, 0, 3, 0, 0, 0 })]
    [InlineData(TbsVersion.Tpm20, false, new byte[] { 2, 0, 0, 0, 4, 0, 0, 0 })]
    [InlineData(TbsVersion.Tpm20, true, new byte[] { 2, 0, 0, 0, 5, 0, 0, 0 })]
    [InlineData(TbsVersion.Any, false, new byte[] { 2, 0, 0, 0, 6, 0, 0, 0 })]
    [InlineData(TbsVersion.Any, true, new byte[] { 2, 0, 0, 0, 7, 0, 0, 0 })]
    public void The_parameters_of_a_context_are_these_bytes(TbsVersion version, bool raw, byte[] expected)
    {
        TbsContextParams parameters = TbsContext.ParametersFor(version, raw);
        Assert.Equal(expected, MemoryMarshal.AsBytes(new ReadOnlySpan<TbsContextParams>(in parameters)).ToArray());
    }
}
