namespace TpmHw.Spec;

/// <summary>TPM_SU: how to start and to shut down (Part 2, 6.10).</summary>
[TpmNames("TPM_SU_")]
public enum TpmSu : ushort
{
    /// <summary>Startup: all over again. Shutdown: in order, without keeping state for a resume.</summary>
    Clear = 0x0000,

    /// <summary>Startup: resume from saved state. Shutdown: save it.</summary>
    State = 0x0001,
}
