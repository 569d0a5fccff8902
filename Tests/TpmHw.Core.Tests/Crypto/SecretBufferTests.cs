using System.Reflection;
using System.Runtime.CompilerServices;

namespace TpmHw.Core.Tests.Crypto;

/// <summary>Secrets that are cleared.</summary>
public sealed class SecretBufferTests
{
    private static readonly byte[] s_secret = [0xAB, 0xCD, 0xEF, 0x01];

    [Fact]
    public void A_secret_is_copied_in_and_out_and_can_be_filled_in()
    {
        using var copied = new SecretBuffer(s_secret);
        Assert.Equal(4, copied.Length);
        Assert.Equal(s_secret, copied.Span);
        byte[] room = new byte[5];
        copied.CopyTo(room);
        Assert.Equal([.. s_secret, 0], room);
        Assert.Throws<ArgumentException>(() => copied.CopyTo(new byte[3]));

        using var filled = new SecretBuffer(4);
        Assert.Equal(new byte[4], filled.Span);
        s_secret.CopyTo(filled.Span);
        Assert.Equal(s_secret, filled.Span);
        Assert.Throws<ArgumentOutOfRangeException>(() => new SecretBuffer(-1));
    }

    [Fact]
    public void A_secret_is_zeroed_in_place_and_out_of_reach_once_it_is_disposed()
    {
        var secret = new SecretBuffer(s_secret);
        byte[] memory = MemoryOf(secret);
        Assert.Equal(s_secret, memory);
        Assert.Equal(GC.MaxGeneration, GC.GetGeneration(memory)); // pinned: anything else that is new is in generation 0
        secret.Dispose();
        secret.Dispose();
        Assert.Equal(new byte[4], memory);
        Assert.Throws<ObjectDisposedException>(() => secret.Length);
        Assert.Throws<ObjectDisposedException>(() => secret.Span.Length);
        Assert.Throws<ObjectDisposedException>(() => secret.CopyTo(new byte[4]));
    }

    [Fact]
    public void A_secret_that_is_forgotten_is_zeroed_all_the_same()
    {
        byte[] memory = Forget();
        GC.Collect();
        GC.WaitForPendingFinalizers();
        Assert.Equal(new byte[4], memory);

        [MethodImpl(MethodImplOptions.NoInlining)]
        static byte[] Forget() => MemoryOf(new SecretBuffer(s_secret));
    }

    [Fact]
    public void A_secrets_text_is_its_size()
    {
        var secret = new SecretBuffer(s_secret);
        Assert.Equal("4 secret bytes", secret.ToString());
        secret.Dispose();
        Assert.Equal("4 secret bytes", secret.ToString());
    }

    private static byte[] MemoryOf(SecretBuffer secret) =>
        (byte[])typeof(SecretBuffer).GetField("_bytes", BindingFlags.Instance | BindingFlags.NonPublic)!.GetValue(secret)!;
}
