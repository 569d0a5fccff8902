namespace TpmHw.Simulation;

/// <summary>How a model's interrupt pin is wired to the line that the driver waits on.</summary>
public enum InterruptWiring
{
    /// <summary>Not at all; the driver knows that.</summary>
    None,

    /// <summary>As it should be.</summary>
    Direct,

    /// <summary>The line goes to another pin, and stays high.</summary>
    Dead,

    /// <summary>The line picks up noise: it falls again and again.</summary>
    Noisy,

    /// <summary>Through an inverter.</summary>
    Inverted,
}
