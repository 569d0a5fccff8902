using TpmHw.Spec;

namespace TpmHw;

/// <summary>Templates of objects that a policy guards.</summary>
public static class TpmPolicyTemplates
{
    /// <summary>The template of an object that can be used by a policy alone, and not with an authorisation value.</summary>
    /// <param name="template">A template.</param>
    /// <param name="policy">The policy.</param>
    /// <exception cref="NotSupportedException">.NET does not have the object's name algorithm.</exception>
    public static TpmtPublic UnderPolicy(this TpmtPublic template, TpmPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        return template with { AuthPolicy = policy.Digest(template.NameAlg), ObjectAttributes = template.ObjectAttributes & ~TpmaObject.UserWithAuth };
    }
}
