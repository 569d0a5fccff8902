using System.Runtime.CompilerServices;
using TpmHw.Spec;

namespace TpmHw.Policy;

/// <summary>What the session is to be used for, as far as the caller says.</summary>
/// <param name="Command">The command; null where any branch will do.</param>
/// <param name="Target">The object or NV index; null where it doesn't matter to the policy.</param>
/// <param name="HashAlg">The policy's hash.</param>
internal readonly record struct PolicyUse(TpmCc? Command, TpmEntity? Target, TpmAlgId HashAlg);

/// <summary>A ticket: an authorisation that was given before and holds until it expires (Part 3, 23.5).</summary>
/// <param name="Timeout">When it expires, as the TPM wrote it down.</param>
/// <param name="PolicyRef">The reference that it was given with.</param>
/// <param name="AuthName">The Name of the key or entity that gave it.</param>
/// <param name="Ticket">The ticket.</param>
public sealed record PolicyTicket(Tpm2bTimeout Timeout, Tpm2bDigest PolicyRef, Tpm2bName AuthName, TpmtTkAuth Ticket);

/// <summary>Something to satisfy policies with. What it can be converts to it.</summary>
public readonly struct PolicyCredential
{
    private PolicyCredential(object value)
    {
        ArgumentNullException.ThrowIfNull(value);
        Value = value;
    }

    internal object Value { get; }

    /// <summary>An entity whose authorisation value is known; a key that the TPM has loaded, and that signs.</summary>
    public static implicit operator PolicyCredential(TpmEntity entity) => new(entity);

    /// <summary>A key that signs.</summary>
    public static implicit operator PolicyCredential(PolicySigner signer) => new(signer);

    /// <summary>A policy that is approved by a key, or that an NV index holds.</summary>
    public static implicit operator PolicyCredential(TpmPolicy policy) => new(policy);

    /// <summary>An authorisation that was given before.</summary>
    public static implicit operator PolicyCredential(PolicyTicket ticket) => new(ticket);
}

/// <summary>
/// What there is to satisfy policies with: entities with their authorisation values, keys that sign, policies that are
/// approved, tickets. It is written as a list, as in <c>[owner, signer]</c>.
/// </summary>
[CollectionBuilder(typeof(PolicyCredentials), nameof(Of))]
public sealed class PolicyCredentials
{
    private readonly List<PolicyCredential> _all;

    /// <summary>Some credentials.</summary>
    public PolicyCredentials(params ReadOnlySpan<PolicyCredential> credentials) => _all = [.. credentials];

    /// <summary>Does what a <see cref="PolicyAction"/> says, and answers whether it was done; null where nobody does.</summary>
    public Func<string, bool>? Act { get; init; }

    /// <summary>
    /// How long authorisations by <see cref="PolicySigned"/> and <see cref="PolicySecret"/> should do for other sessions as
    /// well; null for this session only. The tickets are kept here.
    /// </summary>
    public TimeSpan? TicketLifetime { get; init; }

    /// <summary>The tickets, those that were given and those that came.</summary>
    public IEnumerable<PolicyTicket> Tickets => All<PolicyTicket>();

    internal IEnumerable<TpmPolicy> Policies => All<TpmPolicy>();

    /// <summary>Some credentials.</summary>
    public static PolicyCredentials Of(ReadOnlySpan<PolicyCredential> credentials) => new(credentials);

    /// <summary>Goes through them.</summary>
    public IEnumerator<PolicyCredential> GetEnumerator() => _all.GetEnumerator();

    internal TpmEntity? Entity(Tpm2bName name) => All<TpmEntity>().FirstOrDefault(e => e.IsNameKnown && e.Name == name);

    internal PolicySigner? Signer(Tpm2bName name) => All<PolicySigner>().FirstOrDefault(s => s.KeyName == name);

    internal PolicyTicket? TicketFor(TpmSt tag, Tpm2bName name, Tpm2bDigest policyRef) =>
        Tickets.FirstOrDefault(t => t.Ticket.Tag == tag && t.AuthName == name && t.PolicyRef == policyRef);

    /// <summary>Keeps a ticket, unless it is an empty one.</summary>
    internal void Keep(PolicyTicket ticket)
    {
        if (ticket.Ticket.Digest.Size > 0)
        {
            _all.Add(ticket);
        }
    }

    internal void Drop(PolicyTicket ticket) => _all.RemoveAll(c => ReferenceEquals(c.Value, ticket));

    private IEnumerable<T> All<T>() => _all.Select(c => c.Value).OfType<T>();
}
