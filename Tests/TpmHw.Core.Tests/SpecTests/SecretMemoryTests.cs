using System.Reflection;
using System.Runtime.InteropServices;
using TpmHw.Spec;
using TpmHw.Spec.Commands;
using TpmHw.Transports;
using TpmHw.Wire;

namespace TpmHw.Core.Tests.SpecTests;

/// <summary>Secrets that a TPM gave can be cleared for good.</summary>
public sealed class SecretMemoryTests
{
    private static readonly byte[] s_secret = [.. "a secret that was sealed"u8];

    public static TheoryData<Type> Responses =>
        [.. DeclaredSecrets.Commands.Select(c => c.GetNestedType("Response")).OfType<Type>().Where(r => DeclaredSecrets.Fields(r).Any(DeclaredSecrets.IsSecret))];

    [Theory]
    [MemberData(nameof(Responses))]
    public void A_response_with_secrets_zeroes_them_and_nothing_else_when_it_is_disposed(Type type)
    {
        var random = new Random(4);
        for (int i = 0; i < 20; i++)
        {
            object response = RandomValues.Make(type, random);
            ReadOnlyMemory<byte>[] secrets = [.. DeclaredSecrets.Buffers(response)];
            Assert.NotEmpty(secrets);
            byte[][] others = OthersOf(response);
            Assert.IsAssignableFrom<IDisposable>(response).Dispose();
            Assert.All(secrets, secret => Assert.True(secret.Span.IndexOfAnyExcept((byte)0) < 0));
            Assert.Equal(others, OthersOf(response));
        }

        static byte[][] OthersOf(object response) =>
            [.. DeclaredSecrets.Fields(response.GetType()).Where(f => !DeclaredSecrets.IsSecret(f))
                .SelectMany(f => DeclaredSecrets.In(response.GetType().GetProperty(f.Name!)!.GetValue(response), isSecret: true))];
    }

    [Fact]
    public void A_response_without_secrets_has_nothing_to_dispose()
    {
        Assert.False(typeof(IDisposable).IsAssignableFrom(typeof(PcrRead.Response)));
        Assert.False(typeof(IDisposable).IsAssignableFrom(typeof(Sign.Response)));
    }

    [Theory]
    [MemberData(nameof(Responses))]
    [InlineData(typeof(TpmtSensitive))]
    [InlineData(typeof(Tpm2bSensitiveCreate))]
    [InlineData(typeof(Import))]
    public void Secrets_are_read_into_memory_that_the_collector_does_not_move(Type type) =>
        typeof(SecretMemoryTests).GetMethod(Array.Exists(type.GetInterfaces(), i => i.Name == typeof(ITpmMessage<>).Name) ? nameof(ReadMessage) : nameof(ReadStructure), BindingFlags.Static | BindingFlags.NonPublic)!
            .MakeGenericMethod(type).Invoke(null, BindingFlags.DoNotWrapExceptions, null, null, null);

    [Fact]
    public void What_is_no_secret_is_read_into_ordinary_memory()
    {
        var reader = new TpmReader([0, 2, 1, 2]);
        Assert.False(IsPinned(Tpm2bDigest.Read(ref reader).Buffer));
    }

    [Fact]
    public async Task Sealed_data_comes_back_in_a_buffer_that_clears_itself()
    {
        using var tpm = new Tpm2(TransportCatalog.Default.Open("libtpms"));
        using TpmObject parent = tpm.CreatePrimary(TpmRh.Owner, TpmTemplates.StorageRootEcc);
        Create.Response box = tpm.Commands.Create(parent, new(new(default, s_secret)), new(TpmTemplates.SealedData), default, []);
        using TpmObject item = tpm.Load(parent, box.OutPrivate, box.OutPublic.PublicArea);
        using SecretBuffer data = tpm.Unseal(item);
        Assert.Equal(s_secret, data.Span);
        using SecretBuffer again = await tpm.UnsealAsync(item);
        Assert.Equal(s_secret, again.Span);

        ReadOnlyMemory<byte> memory;
        using (Unseal.Response response = tpm.Commands.Unseal(item))
        {
            memory = response.OutData.Buffer;
            Assert.Equal(s_secret, memory.Span);
            Assert.True(IsPinned(memory));
        }

        Assert.Equal(new byte[s_secret.Length], memory.Span);
    }

    private static void ReadMessage<T>()
        where T : ITpmMessage<T> =>
        Check<T>(static value =>
        {
            var handles = new TpmWriter(new byte[16]);
            value.WriteHandles(ref handles);
            var parameters = new TpmWriter(new byte[1 << 16]);
            value.WriteParameters(ref parameters);
            var handleReader = new TpmReader(handles.Written);
            var parameterReader = new TpmReader(parameters.Written);
            return T.Read(ref handleReader, ref parameterReader);
        });

    private static void ReadStructure<T>()
        where T : ITpmStructure<T> =>
        Check<T>(static value =>
        {
            var writer = new TpmWriter(new byte[1 << 16]);
            value.Write(ref writer);
            var reader = new TpmReader(writer.Written);
            return T.Read(ref reader);
        });

    private static void Check<T>(Func<T, T> writeAndRead)
    {
        var random = new Random(5);
        int seen = 0;
        for (int i = 0; i < 20; i++)
        {
            foreach (ReadOnlyMemory<byte> secret in DeclaredSecrets.Buffers(writeAndRead((T)RandomValues.Make(typeof(T), random))).Where(b => b.Length > 0))
            {
                Assert.True(IsPinned(secret));
                seen++;
            }
        }

        Assert.True(seen > 0);
    }

    /// <summary>New arrays are in generation 0, but for pinned ones.</summary>
    private static bool IsPinned(ReadOnlyMemory<byte> memory) =>
        MemoryMarshal.TryGetArray(memory, out ArraySegment<byte> array) && GC.GetGeneration(array.Array!) == GC.MaxGeneration;
}
