using TpmHw.Spec;

namespace TpmHw.Sessions;

/// <summary>What the handles of a command stand for, in order.</summary>
internal readonly struct TpmEntities(TpmEntity? first, TpmEntity? second = null, TpmEntity? third = null)
{
    public TpmEntity this[int index] => (index switch { 0 => first, 1 => second, _ => third })
        ?? throw new InvalidOperationException("The command has fewer handles.");

    /// <summary>What a handle stands for, or null if that is not said: it then authorizes with the empty value.</summary>
    public TpmEntity? Find(int index) => index switch { 0 => first, 1 => second, _ => third };

    /// <summary>Checks that all can still be used.</summary>
    public void ThrowIfGone()
    {
        first?.ThrowIfGone();
        second?.ThrowIfGone();
        third?.ThrowIfGone();
    }

    /// <summary>Tells all what the TPM has carried out.</summary>
    public void ApplyEffect(TpmCc command)
    {
        first?.ApplyEffect(command);
        second?.ApplyEffect(command);
        third?.ApplyEffect(command);
    }
}
