using System.Reflection.Metadata;

namespace TpmHw.Core.Tests.Architecture;

/// <summary>The reader that the layers are drawn with, on types of this assembly: a way to refer to a type that it overlooks would hide an arrow.</summary>
public sealed class CompiledTypesTests : IDisposable
{
    private readonly CompiledTypes _types = new(typeof(CompiledTypesTests).Assembly.Location);

    public void Dispose() => _types.Dispose();

    [Theory]
    [InlineData(nameof(ByBaseType), nameof(ReferredToClass))]
    [InlineData(nameof(ByInterface), nameof(IReferredTo))]
    [InlineData(nameof(ByField), nameof(ReferredToClass))]
    [InlineData(nameof(ByGenericArgument), nameof(ReferredToClass))]
    [InlineData(nameof(ByConstraint), nameof(IReferredTo))]
    [InlineData(nameof(ByAttribute), nameof(ReferredToAttribute))]
    [InlineData(nameof(ByReturnType), nameof(ReferredToClass))]
    [InlineData(nameof(ByParameterArray), nameof(ReferredToClass))]
    [InlineData(nameof(ByCall), nameof(ReferredToStatic))]
    [InlineData(nameof(ByGenericCall), nameof(ReferredToClass))]
    [InlineData(nameof(ByCast), nameof(IReferredTo))]
    [InlineData(nameof(ByCatch), nameof(ReferredToException))]
    [InlineData(nameof(ByLambda), nameof(ReferredToStatic))]
    public void A_reference_is_found(string from, string to)
    {
        TypeDefinitionHandle type = Find(from);

        Assert.Contains(_types.UsesOf(type), use => use.From == type && use.To == Find(to));
    }

    [Fact]
    public void A_reference_is_told_with_the_method_that_makes_it() =>
        Assert.Contains(_types.UsesOf(Find(nameof(ByCall))), static use => use.Where == "ByCall.Call");

    [Fact]
    public void A_type_that_mentions_no_other_one_uses_none() => Assert.Empty(_types.UsesOf(Find(nameof(IReferredTo))));

    [Theory]
    [InlineData(nameof(ByCall))] // has a method with a body
    [InlineData(nameof(IReferredTo))] // has none
    public void A_type_is_in_the_file_that_declares_it(string name) =>
        Assert.EndsWith("/Architecture/CompiledTypesTests.cs", Assert.Single(_types.FilesOf(Find(name))));

    private TypeDefinitionHandle Find(string name) => _types.Outermost.Single(type => _types.NameOf(type) == $"{typeof(CompiledTypesTests).Namespace}.{name}");
}

#pragma warning disable CA1812, CA1822, CA1852, CS0169, IDE0051, IDE0060 // they are only compiled
internal interface IReferredTo;

internal class ReferredToClass;

internal sealed class ReferredToException : Exception;

[AttributeUsage(AttributeTargets.All)]
internal sealed class ReferredToAttribute : Attribute;

internal static class ReferredToStatic
{
    public static int Value => Environment.ProcessorCount;
}

internal sealed class ByBaseType : ReferredToClass;

internal sealed class ByInterface : IReferredTo;

internal sealed class ByField
{
    private ReferredToClass? _field;
}

internal sealed class ByGenericArgument
{
    private List<ReferredToClass[]>? _field;
}

internal sealed class ByConstraint
{
    public void Constrain<T>() where T : IReferredTo
    {
    }
}

internal sealed class ByAttribute
{
    public void Mark([ReferredTo] int parameter)
    {
    }
}

internal sealed class ByReturnType
{
    public ReferredToClass? Get() => null;
}

internal sealed class ByParameterArray
{
    public void Put(ReferredToClass[,] all)
    {
    }
}

internal sealed class ByCall
{
    public int Call() => ReferredToStatic.Value;
}

internal sealed class ByGenericCall
{
    public object Make() => Array.Empty<ReferredToClass>();
}

internal sealed class ByCast
{
    public bool Ask(object what) => what is IReferredTo;
}

internal sealed class ByCatch
{
    public void Try(Action action)
    {
        try
        {
            action();
        }
        catch (ReferredToException)
        {
        }
    }
}

internal sealed class ByLambda
{
    public Func<int, int> Make(int more) => value => value + more + ReferredToStatic.Value;
}
