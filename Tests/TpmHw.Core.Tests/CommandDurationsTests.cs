using TpmHw.Spec;
using TpmHw.Transport;
using TpmHw.Wire;

namespace TpmHw.Core.Tests;

public sealed class CommandDurationsTests
{
    [Theory]
    [InlineData(TpmCc.CreatePrimary, 300)]
    [InlineData(TpmCc.GetRandom, 20)]
    [InlineData(TpmCc.Sign, 120)]
    [InlineData((TpmCc)0x20000001, 120)]
    public void A_tpm_20_command_has_the_time_of_its_code(TpmCc code, int seconds)
    {
        Assert.Equal(seconds, CommandDurations.Of(Command(TpmHeader.NoSessions, (uint)code)).TotalSeconds);
        Assert.Equal(seconds, CommandDurations.Of(Command(TpmHeader.Sessions, (uint)code)).TotalSeconds);
    }

    [Theory]
    [InlineData(0x1F, 300)] // TPM_ORD_CreateWrapKey
    [InlineData(0x46, 20)] // TPM_ORD_GetRandom
    [InlineData(0x3C, 120)] // TPM_ORD_Sign
    [InlineData(0x153, 120)] // TPM2_Create's code is no ordinal
    public void A_tpm_12_command_has_the_time_of_its_ordinal(uint ordinal, int seconds)
    {
        Assert.Equal(seconds, CommandDurations.Of(Command(0x00C1, ordinal)).TotalSeconds);
        Assert.Equal(seconds, CommandDurations.Of(Command(0x00C3, ordinal)).TotalSeconds);
    }

    [Theory]
    [InlineData(0x14, Tpm12Duration.Short)] // TPM_ORD_Extend
    [InlineData(0x17, Tpm12Duration.Medium)] // TPM_ORD_Seal
    [InlineData(0x53, Tpm12Duration.Long)] // TPM_ORD_ContinueSelfTest
    [InlineData(0x98, Tpm12Duration.Medium)] // TPM_ORD_SaveState
    [InlineData(0x99, Tpm12Duration.Short)] // TPM_ORD_Startup
    [InlineData(0xF2, Tpm12Duration.Medium)] // TPM_ORD_TickStampBlob
    [InlineData(0x9B, Tpm12Duration.Unknown)]
    [InlineData(0x2000_0001, Tpm12Duration.Unknown)] // a vendor's
    public void A_tpm_12_ordinal_is_short_medium_or_long(uint ordinal, Tpm12Duration duration)
    {
        Assert.Equal(duration, Tpm12Ordinals.DurationOf(ordinal));
    }

    [Fact]
    public void An_unknown_tag_has_the_default_time()
    {
        Assert.Equal(CommandDurations.Default, CommandDurations.Of(Command(0x1234, (uint)TpmCc.CreatePrimary)));
    }

    [Fact]
    public void Nine_bytes_are_a_format_error()
    {
        Assert.Throws<TpmFormatException>(() => CommandDurations.Of(new byte[9]));
    }

    private static byte[] Command(ushort tag, uint code)
    {
        byte[] command = new byte[TpmHeader.Size];
        new TpmHeader(tag, TpmHeader.Size, code).Write(command);
        return command;
    }
}
