using System.Reflection;
using TpmHw.Spec;

namespace TpmHw.Core.Tests.SpecTests;

/// <summary>Makes random values of declared types, by what their declarations say of them.</summary>
internal static class RandomValues
{
    /// <summary>Every declared type that implements an interface of the given generic definition.</summary>
    public static IEnumerable<Type> Implementing(Type definition) => typeof(TpmHandle).Assembly.GetTypes()
        .Where(t => !t.IsInterface && Array.Exists(t.GetInterfaces(), i => i.IsGenericType && i.GetGenericTypeDefinition() == definition));

    public static object Make(Type type, Random random)
    {
        if (type == typeof(bool))
        {
            return random.Next(2) == 1;
        }

        if (type.IsEnum)
        {
            return random.Next(4) > 0 ? AnyOf(Enum.GetValues(type), random) : Enum.ToObject(type, Make(Enum.GetUnderlyingType(type), random));
        }

        if (type.IsPrimitive)
        {
            return Convert.ChangeType(random.NextInt64(long.MaxValue) & (long)Mask(type), type, provider: null);
        }

        if (type.GetCustomAttribute<TpmBufferAttribute>() is { } buffer)
        {
            return Activator.CreateInstance(type, Bytes(random, random.Next(20) == 0 ? Math.Min(buffer.MaxSize, 4096) : random.Next(Math.Min(buffer.MaxSize, 64) + 1)))!;
        }

        return type.GetCustomAttributes().FirstOrDefault(a => a.GetType().Name.StartsWith("TpmListAttribute", StringComparison.Ordinal)) is { } list
            ? List(type, list.GetType().GetGenericArguments()[0], (int)list.GetType().GetProperty("Max")!.GetValue(list)!, random)
            : Fields(type, random);
    }

    private static object List(Type type, Type item, int max, Random random)
    {
        Array items = Array.CreateInstance(item, random.Next(Math.Min(max, 5) + 1));
        for (int i = 0; i < items.Length; i++)
        {
            items.SetValue(Make(item, random), i);
        }

        return type.GetConstructor(BindingFlags.Instance | BindingFlags.NonPublic, [items.GetType()])!.Invoke([items]);
    }

    private static object Fields(Type type, Random random)
    {
        ConstructorInfo? constructor = type.GetConstructors().MaxBy(c => c.GetParameters().Length);
        if (constructor is null)
        {
            return Activator.CreateInstance(type)!;
        }

        var values = new Dictionary<string, object?>();
        foreach (ParameterInfo parameter in constructor.GetParameters())
        {
            Type[] unions = [.. constructor.GetParameters()
                .Where(p => p.GetCustomAttribute<SelectedByAttribute>()?.Field == parameter.Name)
                .Select(p => p.ParameterType)];
            values[parameter.Name!] = parameter switch
            {
                _ when parameter.GetCustomAttribute<SelectedByAttribute>() is { } by => Case(parameter.ParameterType, values[by.Field]!, random),
                _ when parameter.GetCustomAttributes<AbsentForAttribute>().Any(a => a.Values.Contains(Plain(values[a.Field]))) =>
                    Activator.CreateInstance(parameter.ParameterType),
                _ when unions.Length > 0 => AnyOf(Selectors(unions[0]), random),
                _ when Nullable.GetUnderlyingType(parameter.ParameterType) is { } inside => random.Next(4) > 0 ? Make(inside, random) : null,
                _ => Make(parameter.ParameterType, random),
            };
        }

        return constructor.Invoke([.. values.Values]);
    }

    /// <summary>A handle's value as conditions give it.</summary>
    private static object? Plain(object? value) => value is TpmHandle handle ? (TpmRh)handle.Value : value;

    private static object? Case(Type union, object selector, Random random)
    {
        if (union.IsValueType)
        {
            int size = union.GetCustomAttributes<SelectorAttribute>().Single(s => s.Values.Contains(selector)).Size;
            return Activator.CreateInstance(union, Bytes(random, size));
        }

        Type? one = union.GetNestedTypes().FirstOrDefault(t => t.GetCustomAttribute<SelectorAttribute>()?.Values.Contains(selector) == true);
        return union.GetCustomAttribute<NothingForAttribute>()?.Values.Contains(selector) == true
            ? null
            : Fields(one ?? union.GetNestedTypes().Single(t => t.GetCustomAttribute<OtherwiseAttribute>() is not null), random);
    }

    private static object[] Selectors(Type union)
    {
        IEnumerable<SelectorAttribute> selectors = union.GetCustomAttributes<SelectorAttribute>()
            .Concat(union.GetNestedTypes().SelectMany(t => t.GetCustomAttributes<SelectorAttribute>()));
        object[] known = [.. selectors.SelectMany(s => s.Values), .. union.GetCustomAttribute<NothingForAttribute>()?.Values ?? []];
        bool more = union.GetNestedTypes().Any(t => t.GetCustomAttribute<OtherwiseAttribute>() is not null);
        return more ? [.. known, Enum.ToObject(known[0].GetType(), 0x100)] : known;
    }

    private static object AnyOf(Array values, Random random) => values.GetValue(random.Next(values.Length))!;

    private static ReadOnlyMemory<byte> Bytes(Random random, int count)
    {
        byte[] bytes = new byte[count];
        random.NextBytes(bytes);
        return bytes;
    }

    private static ulong Mask(Type type) => Type.GetTypeCode(type) switch
    {
        TypeCode.Byte => byte.MaxValue,
        TypeCode.SByte => (ulong)sbyte.MaxValue,
        TypeCode.UInt16 => ushort.MaxValue,
        TypeCode.Int32 => int.MaxValue,
        TypeCode.UInt32 => uint.MaxValue,
        _ => long.MaxValue,
    };
}
