using TpmHw.Spec;

namespace TpmHw.Sessions;

/// <summary>What the handles of a command stand for, in order.</summary>
internal readonly struct TpmEntities(TpmEntity? first, TpmEntity? second = null, TpmEntity? third = null)
{
    public TpmEntity this[int index] => (index switch { 0 => first, 1 => second, _ => third })
        ?? throw new InvalidOperationException("The command has fewer handles.");

    /// <summary>Whether one of the first <paramref name="authorized"/> takes a value to authorise.</summary>
    public bool TakeAuthValue(int authorized) =>
        authorized > 0 && (first?.HasAuthValue == true || authorized > 1 && second?.HasAuthValue == true);

    /// <summary>Checks that all can still be used.</summary>
    public void ThrowIfGone()
    {
        first?.ThrowIfGone();
        second?.ThrowIfGone();
        third?.ThrowIfGone();
    }

    /// <summary>Tells all what the TPM has carried out.</summary>
    public void Heed(in TpmCommandInfo info)
    {
        first?.Heed(info.Code);
        second?.Heed(info.Code);
        third?.Heed(info.Code);
    }
}
