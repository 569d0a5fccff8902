using System.Reflection;
using TpmHw.Spec;
using TpmHw.Wire;

namespace TpmHw.Core.Tests.SpecTests;

/// <summary>What is written is read again, for random values of every declared type.</summary>
public sealed class RoundTripTests
{
    private const int Rounds = 100;

    public static TheoryData<Type> Structures => [.. RandomValues.Implementing(typeof(ITpmStructure<>))];

    public static TheoryData<Type> Messages => [.. RandomValues.Implementing(typeof(ITpmMessage<>))];

    [Theory]
    [MemberData(nameof(Structures))]
    public void A_structure_is_read_as_it_was_written(Type type) => Invoke(nameof(CheckStructure), type);

    [Theory]
    [MemberData(nameof(Messages))]
    public void A_command_and_a_response_are_read_as_they_were_written(Type type) => Invoke(nameof(CheckMessage), type);

    [Fact]
    public void Every_declared_type_is_among_them()
    {
        Type[] types = typeof(TpmHandle).Assembly.GetTypes();
        Type[] commands = [.. types.Where(t => t.GetCustomAttribute<TpmCommandAttribute>() is not null)];
        Assert.Empty(commands.Concat(commands.Select(c => c.GetNestedType("Response")).OfType<Type>()).Except(RandomValues.Implementing(typeof(ITpmMessage<>))));
        Assert.Empty(types.Where(t => t.GetCustomAttributes().Any(IsStructure)).Except(RandomValues.Implementing(typeof(ITpmStructure<>))));

        static bool IsStructure(Attribute attribute) => attribute is TpmStructureAttribute or TpmSizedAttribute or TpmBufferAttribute
            || attribute.GetType().Name.StartsWith("TpmListAttribute", StringComparison.Ordinal);
    }

    private static void CheckStructure<T>() where T : ITpmStructure<T>
    {
        var random = new Random(1);
        byte[] buffer = new byte[1 << 16];
        for (int i = 0; i < Rounds; i++)
        {
            var value = (T)RandomValues.Make(typeof(T), random);
            var writer = new TpmWriter(buffer);
            value.Write(ref writer);

            var reader = new TpmReader(writer.Written);
            T again = T.Read(ref reader);
            reader.ReadEnd();
            Assert.Equal(value, again);
            Assert.Equal(value.GetHashCode(), again.GetHashCode());
        }
    }

    private static void CheckMessage<T>() where T : ITpmMessage<T>
    {
        var random = new Random(2);
        byte[] handles = new byte[16];
        byte[] parameters = new byte[1 << 16];
        for (int i = 0; i < Rounds; i++)
        {
            var value = (T)RandomValues.Make(typeof(T), random);
            var handleWriter = new TpmWriter(handles);
            value.WriteHandles(ref handleWriter);
            var parameterWriter = new TpmWriter(parameters);
            value.WriteParameters(ref parameterWriter);

            var handleReader = new TpmReader(handleWriter.Written);
            var parameterReader = new TpmReader(parameterWriter.Written);
            T again = T.Read(ref handleReader, ref parameterReader);
            handleReader.ReadEnd();
            parameterReader.ReadEnd();
            Assert.Equal(value, again);
        }
    }

    private static void Invoke(string method, Type type) =>
        typeof(RoundTripTests).GetMethod(method, BindingFlags.Static | BindingFlags.NonPublic)!.MakeGenericMethod(type)
            .Invoke(null, BindingFlags.DoNotWrapExceptions, null, null, null);
}
