using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Runtime.Versioning;
using TpmHw.Testing.Programs;
using TpmHw.Transports.IotBindings;
using TpmHw.Transports.LibUsbDotNet;
using TpmHw.Transports.SystemDevice;

namespace TpmHw.Adapters.Tests;

/// <summary>The contracts that stand in for packages: what they have, what they say, and that nothing is shipped on them.</summary>
public class ContractTests
{
    private static readonly (Assembly Adapter, string Package, Version Least)[] s_adapters =
    [
        (typeof(SystemDeviceTransport).Assembly, "System.Device.Gpio", new Version(4, 0, 0, 0)),
        (typeof(Bridges).Assembly, "Iot.Device.Bindings", new Version(4, 0, 0, 0)),
        (typeof(LibUsbDotNetBus).Assembly, "LibUsbDotNet", new Version(3, 0, 0, 0)),
    ];

    public static TheoryData<string> Packages => [.. s_adapters.Select(static a => a.Package)];

    [Theory]
    [MemberData(nameof(Packages))]
    public void An_adapter_asks_for_no_newer_version_than_the_lowest_that_it_supports(string package)
    {
        (Assembly adapter, _, Version least) = s_adapters.Single(a => a.Package == package);
        Assert.Equal(least, adapter.GetReferencedAssemblies().Single(r => r.Name == package).Version);
    }

    [Theory]
    [MemberData(nameof(Packages))]
    public void A_contract_says_what_it_is(string package)
    {
        Assembly contract = Contract(package);
        Assert.StartsWith("TpmHw's contract of", contract.GetCustomAttribute<AssemblyTitleAttribute>()!.Title, StringComparison.Ordinal);
        Assert.Contains("It is not the package", contract.GetCustomAttribute<AssemblyDescriptionAttribute>()!.Description, StringComparison.Ordinal);
        Assert.NotNull(contract.GetCustomAttribute<TargetFrameworkAttribute>());
    }

    /// <summary>A public type is used by an adapter or by what stands in for devices, or is named by one that is.</summary>
    [Theory]
    [MemberData(nameof(Packages))]
    public void A_contract_has_no_type_that_nobody_uses(string package)
    {
        Assembly contract = Contract(package);
        var used = new HashSet<string>(s_adapters.Select(static a => a.Adapter).Append(typeof(ContractTests).Assembly).SelectMany(a => TypesOf(a, package)));
        var reached = new HashSet<Type>();
        foreach (Type type in contract.GetExportedTypes().Where(t => used.Contains(t.FullName!)))
        {
            Reach(type);
        }

        Assert.Equal([], contract.GetExportedTypes().Except(reached).Select(static t => t.FullName));

        void Reach(Type type)
        {
            type = type.HasElementType ? type.GetElementType()! : type;
            foreach (Type argument in type.GetGenericArguments())
            {
                Reach(argument);
            }

            if (type.Assembly != contract || !reached.Add(type))
            {
                return;
            }

            const BindingFlags All = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
            IEnumerable<Type> named = type.GetMembers(All).SelectMany(static member => member switch
            {
                MethodInfo m => m.GetParameters().Select(static p => p.ParameterType).Append(m.ReturnType),
                ConstructorInfo c => c.GetParameters().Select(static p => p.ParameterType),
                FieldInfo f => [f.FieldType],
                _ => Type.EmptyTypes,
            });
            foreach (Type other in named.Append(type.BaseType ?? typeof(object)))
            {
                Reach(other);
            }
        }
    }

    [Theory]
    [InlineData("pack", "TpmHw.Transports.SystemDevice", "System.Device.Gpio")]
    [InlineData("publish", "TpmHw.Transports.LibUsbDotNet", "LibUsbDotNet")]
    public async Task Nothing_is_shipped_on_a_contract(string verb, string project, string package)
    {
        string output = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        ProgramRun run = await ProgramRun.Of(
            Path.Combine(Path.GetDirectoryName(Environment.ProcessPath)!, "dotnet"),
            [verb, Path.Combine(Repository.Root, "Transports", project), "--no-build", "-c", Repository.Configuration, "--output", output]);
        Assert.NotEqual(0, run.ExitCode);
        Assert.Contains("error TPMHW001", run.Output, StringComparison.Ordinal);
        Assert.Contains($"in place of {package}.", run.Output, StringComparison.Ordinal);
        Assert.Contains("-p:VendorPackages=true", run.Output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(output));
    }

    private static Assembly Contract(string package) => Assembly.Load(package);

    /// <summary>The types of a package that an assembly refers to.</summary>
    private static IEnumerable<string> TypesOf(Assembly assembly, string package)
    {
        using var file = new PEReader(File.OpenRead(assembly.Location));
        MetadataReader metadata = file.GetMetadataReader();
        foreach (TypeReferenceHandle handle in metadata.TypeReferences)
        {
            TypeReference type = metadata.GetTypeReference(handle);
            if (type.ResolutionScope.Kind == HandleKind.AssemblyReference
                && metadata.GetString(metadata.GetAssemblyReference((AssemblyReferenceHandle)type.ResolutionScope).Name) == package)
            {
                yield return $"{metadata.GetString(type.Namespace)}.{metadata.GetString(type.Name)}";
            }
        }
    }
}
