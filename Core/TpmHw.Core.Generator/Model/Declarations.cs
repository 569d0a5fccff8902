namespace TpmHw.Generator.Model;

/// <summary>A declared type: where it lives and how its partial declaration starts.</summary>
/// <param name="Namespace">The namespace.</param>
/// <param name="Name">The simple name.</param>
/// <param name="Keywords">What follows "partial": struct, record struct or record.</param>
/// <param name="SpecName">Its name in the specification.</param>
/// <param name="IsSecret">Whether it is declared secret.</param>
internal sealed record TypeName(string Namespace, string Name, string Keywords, string SpecName, bool IsSecret)
{
    public string Full => $"global::{Namespace}.{Name}";
}

/// <summary>One declared type, as far as its marshalling depends on it. Holds no symbols, so that equal means unchanged.</summary>
internal abstract record Declaration(TypeName Type);

/// <summary>A size and that many bytes: a TPM2B, or TPMS_PCR_SELECT with its size of one byte.</summary>
internal sealed record BufferDeclaration(TypeName Type, int MaxSize, int SizeBytes, string? Inside) : Declaration(Type);

/// <summary>A count and that many items: a TPML.</summary>
internal sealed record ListDeclaration(TypeName Type, Field Item, int Max) : Declaration(Type);

/// <summary>Fields one after the other; with a size before them where it is a TPM2B of a structure.</summary>
/// <param name="Type">The structure's type.</param>
/// <param name="Fields">Its fields.</param>
/// <param name="IsSized">Whether a size goes before them.</param>
/// <param name="IsOptional">Whether that size may be 0 and the one field null.</param>
internal sealed record StructureDeclaration(TypeName Type, EquatableArray<Field> Fields, bool IsSized, bool IsOptional) : Declaration(Type);

/// <summary>A TPMU of structures: a selector elsewhere says which of the cases follows.</summary>
internal sealed record UnionDeclaration(
    TypeName Type, string Selector, EquatableArray<UnionCase> Cases, EquatableArray<string> NothingFor) : Declaration(Type);

/// <summary>A case of a union; one without selectors takes every value that no other case has.</summary>
internal sealed record UnionCase(string Name, EquatableArray<string> Selectors, EquatableArray<Field> Fields);

/// <summary>A TPMU of byte arrays: a selector elsewhere says how many bytes follow.</summary>
internal sealed record ArrayUnionDeclaration(TypeName Type, string Selector, EquatableArray<ArraySize> Sizes) : Declaration(Type);

/// <summary>The size of a byte array for one selector value.</summary>
internal sealed record ArraySize(string Selector, int Size);

/// <summary>A command and its response.</summary>
/// <param name="Type">The command's type.</param>
/// <param name="Code">Its command code, as an expression.</param>
/// <param name="Fields">What it sends.</param>
/// <param name="Response">What it answers; null where that is nothing.</param>
/// <param name="Documentation">The inside of its doc comment.</param>
/// <param name="TakesSessions">Whether it may have sessions.</param>
/// <param name="Traits">What else is declared of it.</param>
internal sealed record CommandDeclaration(
    TypeName Type, string Code, EquatableArray<Field> Fields, EquatableArray<Field>? Response, string Documentation, bool TakesSessions, CommandTraits Traits) : Declaration(Type);

/// <summary>What a command's declaration says beside its form.</summary>
/// <param name="Since">The version of the specification that has it first, or null for the first of all.</param>
/// <param name="Duration">How long it may take, as an expression, or null for the usual time.</param>
/// <param name="IsOptional">Whether chips leave it out.</param>
/// <param name="IsRepeatable">Whether it is harmless twice.</param>
internal sealed record CommandTraits(int? Since, string? Duration, bool IsOptional, bool IsRepeatable);

/// <summary>The names that the specification gives to the values of an enum.</summary>
internal sealed record NamesDeclaration(TypeName Type, int Bits, bool IsFlags, EquatableArray<ValueName> Values) : Declaration(Type);

/// <summary>An enum's member and its name in the specification.</summary>
internal sealed record ValueName(string Member, string Name);
