using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace TpmHw.Core.Tests.Architecture;

/// <summary>One type mentions another one.</summary>
/// <param name="From">The type that needs the other one.</param>
/// <param name="Where">The member of it, or what else mentions the other one.</param>
/// <param name="To">The type that is needed.</param>
internal sealed record TypeUse(TypeDefinitionHandle From, string Where, TypeDefinitionHandle To);

/// <summary>
/// An assembly's types as the compiler wrote them: what they refer to (base types, signatures, attributes, method
/// bodies), and the source files that they come from (portable PDB). Nested types, closures among them, count as their
/// outermost type. The values of constants are copied by the compiler and leave no trace here.
/// </summary>
internal sealed class CompiledTypes : IDisposable
{
    private static readonly Guid s_typeDefinitionDocuments = new("932E74BC-DBA9-4478-8D46-0F32A7BAB3D3");

    private readonly PEReader _image;
    private readonly MetadataReader _metadata;
    private readonly MetadataReaderProvider _symbolFile;
    private readonly MetadataReader _symbols;

    public CompiledTypes(string path)
    {
        _image = new PEReader(File.OpenRead(path));
        _metadata = _image.GetMetadataReader();
        _symbolFile = MetadataReaderProvider.FromPortablePdbStream(File.OpenRead(Path.ChangeExtension(path, ".pdb")));
        _symbols = _symbolFile.GetMetadataReader();
    }

    public IEnumerable<TypeDefinitionHandle> Outermost => _metadata.TypeDefinitions.Where(t => _metadata.GetTypeDefinition(t).GetDeclaringType().IsNil);

    public void Dispose()
    {
        _symbolFile.Dispose();
        _image.Dispose();
    }

    /// <summary>A type's name, with its namespace.</summary>
    public string NameOf(TypeDefinitionHandle handle)
    {
        TypeDefinition type = _metadata.GetTypeDefinition(handle);
        string space = _metadata.GetString(type.Namespace);
        return (space.Length == 0 ? "" : space + ".") + _metadata.GetString(type.Name);
    }

    /// <summary>The source files that an outermost type and what is nested in it come from, with forward slashes.</summary>
    public IReadOnlySet<string> FilesOf(TypeDefinitionHandle handle)
    {
        HashSet<string> files = [];
        foreach (TypeDefinitionHandle part in WithNested(handle))
        {
            TypeDefinition type = _metadata.GetTypeDefinition(part);
            foreach (MethodDefinitionHandle method in type.GetMethods())
            {
                MethodDebugInformation debug = _symbols.GetMethodDebugInformation(method);
                files.UnionWith(debug.GetSequencePoints().Where(static p => !p.IsHidden).Select(p => NameOf(p.Document)));
            }

            foreach (CustomDebugInformationHandle extra in _symbols.GetCustomDebugInformation(part))
            {
                CustomDebugInformation information = _symbols.GetCustomDebugInformation(extra);
                if (_symbols.GetGuid(information.Kind) == s_typeDefinitionDocuments)
                {
                    BlobReader documents = _symbols.GetBlobReader(information.Value);
                    while (documents.RemainingBytes > 0)
                    {
                        files.Add(NameOf(MetadataTokens.DocumentHandle(documents.ReadCompressedInteger())));
                    }
                }
            }
        }

        return files;
    }

    /// <summary>What an outermost type and what is nested in it refer to in this assembly.</summary>
    public IReadOnlySet<TypeUse> UsesOf(TypeDefinitionHandle from)
    {
        HashSet<TypeUse> uses = [];
        string where = "";
        void Add(TypeDefinitionHandle to)
        {
            TypeDefinitionHandle outermost = OutermostOf(to);
            if (outermost != from)
            {
                uses.Add(new(from, where, outermost));
            }
        }

        var signatures = new SignatureTypes(Add);
        foreach (TypeDefinitionHandle part in WithNested(from))
        {
            TypeDefinition type = _metadata.GetTypeDefinition(part);
            where = $"{_metadata.GetString(type.Name)} itself";
            AddToken(type.BaseType, signatures, Add);
            AddAttributes(type.GetCustomAttributes(), signatures, Add);
            AddConstraints(type.GetGenericParameters(), signatures, Add);
            foreach (InterfaceImplementationHandle implemented in type.GetInterfaceImplementations())
            {
                AddToken(_metadata.GetInterfaceImplementation(implemented).Interface, signatures, Add);
            }

            foreach (FieldDefinitionHandle handle in type.GetFields())
            {
                FieldDefinition field = _metadata.GetFieldDefinition(handle);
                where = $"{_metadata.GetString(type.Name)}.{_metadata.GetString(field.Name)}";
                field.DecodeSignature(signatures, null);
                AddAttributes(field.GetCustomAttributes(), signatures, Add);
            }

            foreach (PropertyDefinitionHandle handle in type.GetProperties())
            {
                AddAttributes(_metadata.GetPropertyDefinition(handle).GetCustomAttributes(), signatures, Add);
            }

            foreach (MethodDefinitionHandle handle in type.GetMethods())
            {
                MethodDefinition method = _metadata.GetMethodDefinition(handle);
                where = $"{_metadata.GetString(type.Name)}.{_metadata.GetString(method.Name)}";
                AddMethod(method, signatures, Add);
            }
        }

        return uses;
    }

    private void AddMethod(MethodDefinition method, SignatureTypes signatures, Action<TypeDefinitionHandle> add)
    {
        method.DecodeSignature(signatures, null);
        AddAttributes(method.GetCustomAttributes(), signatures, add);
        AddConstraints(method.GetGenericParameters(), signatures, add);
        foreach (ParameterHandle parameter in method.GetParameters())
        {
            AddAttributes(_metadata.GetParameter(parameter).GetCustomAttributes(), signatures, add);
        }

        if (method.RelativeVirtualAddress == 0)
        {
            return;
        }

        MethodBodyBlock body = _image.GetMethodBody(method.RelativeVirtualAddress);
        if (!body.LocalSignature.IsNil)
        {
            _metadata.GetStandaloneSignature(body.LocalSignature).DecodeLocalSignature(signatures, null);
        }

        foreach (ExceptionRegion region in body.ExceptionRegions)
        {
            AddToken(region.CatchType, signatures, add);
        }

        foreach (EntityHandle token in IlTokens.Of(body.GetILBytes()!))
        {
            AddToken(token, signatures, add);
        }
    }

    private void AddToken(EntityHandle token, SignatureTypes signatures, Action<TypeDefinitionHandle> add)
    {
        if (token.IsNil)
        {
            return;
        }

        switch (token.Kind)
        {
            case HandleKind.TypeDefinition:
                add((TypeDefinitionHandle)token);
                break;
            case HandleKind.TypeSpecification:
                _metadata.GetTypeSpecification((TypeSpecificationHandle)token).DecodeSignature(signatures, null);
                break;
            case HandleKind.FieldDefinition:
                add(_metadata.GetFieldDefinition((FieldDefinitionHandle)token).GetDeclaringType());
                break;
            case HandleKind.MethodDefinition:
                add(_metadata.GetMethodDefinition((MethodDefinitionHandle)token).GetDeclaringType());
                break;
            case HandleKind.MemberReference:
                AddToken(_metadata.GetMemberReference((MemberReferenceHandle)token).Parent, signatures, add);
                break;
            case HandleKind.MethodSpecification:
                MethodSpecification generic = _metadata.GetMethodSpecification((MethodSpecificationHandle)token);
                AddToken(generic.Method, signatures, add);
                generic.DecodeSignature(signatures, null);
                break;
            case HandleKind.StandaloneSignature:
                _metadata.GetStandaloneSignature((StandaloneSignatureHandle)token).DecodeMethodSignature(signatures, null);
                break;
            default: // a type of another assembly
                break;
        }
    }

    private void AddAttributes(CustomAttributeHandleCollection attributes, SignatureTypes signatures, Action<TypeDefinitionHandle> add)
    {
        foreach (CustomAttributeHandle attribute in attributes)
        {
            AddToken(_metadata.GetCustomAttribute(attribute).Constructor, signatures, add);
        }
    }

    private void AddConstraints(GenericParameterHandleCollection parameters, SignatureTypes signatures, Action<TypeDefinitionHandle> add)
    {
        foreach (GenericParameterHandle parameter in parameters)
        {
            foreach (GenericParameterConstraintHandle constraint in _metadata.GetGenericParameter(parameter).GetConstraints())
            {
                AddToken(_metadata.GetGenericParameterConstraint(constraint).Type, signatures, add);
            }
        }
    }

    private IEnumerable<TypeDefinitionHandle> WithNested(TypeDefinitionHandle type) =>
        _metadata.GetTypeDefinition(type).GetNestedTypes().SelectMany(WithNested).Prepend(type);

    private TypeDefinitionHandle OutermostOf(TypeDefinitionHandle type) =>
        _metadata.GetTypeDefinition(type).GetDeclaringType() is { IsNil: false } declaring ? OutermostOf(declaring) : type;

    private string NameOf(DocumentHandle document) => _symbols.GetString(_symbols.GetDocument(document).Name).Replace('\\', '/');
}
