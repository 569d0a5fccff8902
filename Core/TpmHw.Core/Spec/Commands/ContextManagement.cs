namespace TpmHw.Spec.Commands;

/// <summary>TPM2_ContextSave: gives out the context of an object, sequence or session; a session leaves the TPM by it (Part 3, 28.2).</summary>
/// <param name="SaveHandle">What to save.</param>
[TpmCommand(TpmCc.ContextSave, NoSessions = true)]
public readonly partial record struct ContextSave([Handle] TpmHandle SaveHandle)
{
    /// <summary>What TPM2_ContextSave answers.</summary>
    /// <param name="Context">The context.</param>
    public readonly partial record struct Response(TpmsContext Context);
}

/// <summary>TPM2_ContextLoad: loads what TPM2_ContextSave gave out; a session only once (Part 3, 28.3).</summary>
/// <param name="Context">The context.</param>
[TpmCommand(TpmCc.ContextLoad, NoSessions = true)]
public readonly partial record struct ContextLoad(TpmsContext Context)
{
    /// <summary>What TPM2_ContextLoad answers.</summary>
    /// <param name="LoadedHandle">A new handle of an object or sequence; the same handle of a session.</param>
    public readonly partial record struct Response([Handle] TpmHandle LoadedHandle);
}

/// <summary>TPM2_FlushContext: removes a loaded object, a sequence or a session from the TPM (Part 3, 28.4).</summary>
/// <param name="FlushHandle">What to remove. It is a parameter, not a handle of the handle area, so that it may also be a saved session.</param>
[TpmCommand(TpmCc.FlushContext, NoSessions = true)]
public readonly partial record struct FlushContext(TpmHandle FlushHandle);

/// <summary>TPM2_EvictControl: makes a loaded object persistent, or removes a persistent one (Part 3, 28.5).</summary>
/// <param name="Auth">The owner or the platform.</param>
/// <param name="ObjectHandle">The loaded object, or the persistent one to be removed.</param>
/// <param name="PersistentHandle">The handle to make it persistent at, or again that of the persistent object.</param>
[TpmCommand(TpmCc.EvictControl)]
public readonly partial record struct EvictControl([Handle(Spec.Auth.User)] TpmHandle Auth, [Handle] TpmHandle ObjectHandle, TpmHandle PersistentHandle);
