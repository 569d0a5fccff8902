using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;

namespace TpmHw.Endorsement;

/// <summary>The TPM's manufacturer, model and version, which an endorsement certificate has as a directory name in its subjectAltName (EK Credential Profile, 3.2).</summary>
internal static class TpmNames
{
    private const string SubjectAlternativeName = "2.5.29.17";
    private static readonly Asn1Tag s_directoryName = new(TagClass.ContextSpecific, 4, isConstructed: true);

    private static readonly (string Oid, string Word)[] s_attributes =
    [
        ("2.23.133.2.1", "manufacturer"), // tcg-at-tpmManufacturer
        ("2.23.133.2.2", "model"), // tcg-at-tpmModel
        ("2.23.133.2.3", "version"), // tcg-at-tpmVersion
    ];

    /// <summary>The names in words, or null unless all three are there.</summary>
    public static string? Read(X509Certificate2 certificate)
    {
        var found = new Dictionary<string, string>();
        try
        {
            foreach (X509Extension extension in certificate.Extensions.Where(e => e.Oid?.Value == SubjectAlternativeName))
            {
                Read(new AsnReader(extension.RawData, AsnEncodingRules.BER), found);
            }
        }
        catch (AsnContentException)
        {
            return null;
        }

        return s_attributes.All(a => found.ContainsKey(a.Oid)) ? $"TPM {string.Join(", ", s_attributes.Select(a => $"{a.Word} {found[a.Oid]}"))}" : null;
    }

    private static void Read(AsnReader extension, Dictionary<string, string> found)
    {
        for (AsnReader names = extension.ReadSequence(); names.HasData;)
        {
            if (names.PeekTag() != s_directoryName)
            {
                names.ReadEncodedValue();
                continue;
            }

            for (AsnReader sets = names.ReadSequence(s_directoryName).ReadSequence(); sets.HasData;)
            {
                for (AsnReader set = sets.ReadSetOf(skipSortOrderValidation: true); set.HasData;)
                {
                    AsnReader attribute = set.ReadSequence();
                    found[attribute.ReadObjectIdentifier()] = ReadText(attribute);
                }
            }
        }
    }

    private static string ReadText(AsnReader attribute)
    {
        Asn1Tag tag = attribute.PeekTag();
        return tag.TagClass == TagClass.Universal
            && (UniversalTagNumber)tag.TagValue is var type and (UniversalTagNumber.UTF8String or UniversalTagNumber.PrintableString or UniversalTagNumber.IA5String)
            ? attribute.ReadCharacterString(type)
            : Convert.ToHexString(attribute.ReadEncodedValue().Span);
    }
}
