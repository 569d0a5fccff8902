using System.Linq.Expressions;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Loader;

namespace TpmHw.Tbs.Tests;

/// <summary>A second copy of TpmHw.Tbs in this process: with another library below it, or with none that is set by a test.</summary>
internal sealed class SecondCopy : AssemblyLoadContext
{
    private readonly Assembly _assembly;

    /// <param name="library">The library's file; null for the one that the assembly finds itself.</param>
    public SecondCopy(string? library)
    {
        _assembly = LoadFromAssemblyPath(typeof(TbsTransport).Assembly.Location);
        if (library is not null)
        {
            Library = NativeLibrary.Load(library);
            Type loader = _assembly.GetType("TpmHw.Tbs.Native.TbsLibrary")!;
            loader.GetProperty("Loader", BindingFlags.Static | BindingFlags.NonPublic)!.SetValue(null, () => Library);
        }
    }

    public nint Library { get; }

    /// <summary>TbsTransport.Open of this copy, whose abilities are reflected: its types are not the ones known here.</summary>
    public ITpmTransport Open() => (ITpmTransport)Call(_assembly.GetType("TpmHw.Tbs.TbsTransport")!.GetMethod("Open", [_assembly.GetType("TpmHw.Tbs.TbsOptions")!])!, null, [null])!;

    /// <summary>TbsDeviceInfo.Read of this copy.</summary>
    public object? ReadDeviceInfo() => Call(_assembly.GetType("TpmHw.Tbs.TbsDeviceInfo")!.GetMethod("Read")!, null, []);

    /// <summary>A method of its transport.</summary>
    public static object? Call(ITpmTransport transport, string method, params object?[] arguments) =>
        Call(transport.GetType().GetMethod(method)!, transport, arguments);

    // As compiled code: an exception that leaves MethodInfo.Invoke passes through native frames, and Wine 8 keeps one of
    // its own behind, which ends the thread at the next exception of that kind.
    private static object? Call(MethodInfo method, object? target, object?[] arguments)
    {
        IEnumerable<Expression> typed = method.GetParameters().Zip(arguments, static (p, a) => Expression.Convert(Expression.Constant(a), p.ParameterType));
        Expression call = Expression.Call(target is null ? null : Expression.Constant(target), method, typed);
        Expression result = method.ReturnType == typeof(void) ? Expression.Block(call, Expression.Constant(null)) : Expression.Convert(call, typeof(object));
        return Expression.Lambda<Func<object?>>(result).Compile()();
    }
}
