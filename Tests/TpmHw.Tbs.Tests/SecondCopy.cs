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
    public static object? Call(ITpmTransport transport, string method, params object?[] arguments)
    {
        MethodInfo info = transport.GetType().GetMethod(method)!;
        Type[] types = [.. info.GetParameters().Select(static p => p.ParameterType)];
        return Call(info, transport, [.. arguments.Select((a, i) => types[i].IsEnum ? Enum.ToObject(types[i], a!) : a)]);
    }

    // What the method throws, not what reflection makes of it.
    private static object? Call(MethodInfo method, object? target, object?[] arguments) =>
        method.Invoke(target, BindingFlags.DoNotWrapExceptions, null, arguments, null);
}
