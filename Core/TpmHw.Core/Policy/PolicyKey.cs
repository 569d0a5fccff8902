namespace TpmHw.Policy;

/// <summary>A public key in the TPM, flushed after use where it was loaded for it.</summary>
internal readonly struct PolicyKey(TpmObject entity, bool isOwned) : IDisposable
{
    public TpmObject Entity => entity;

    public void Dispose()
    {
        if (isOwned)
        {
            entity.Dispose();
        }
    }
}
