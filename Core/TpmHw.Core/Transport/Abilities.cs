namespace TpmHw;

/// <summary>The locality of the following commands can be chosen.</summary>
public interface ITpmLocality
{
    /// <summary>The locality of the following commands, 0 to 4.</summary>
    /// <exception cref="TpmTransportException">The other side refuses that locality.</exception>
    int Locality { get; set; }
}

/// <summary>The TPM can be reset as its reset line or a power cycle would. It then waits for Startup.</summary>
public interface ITpmReset
{
    /// <summary>Resets the TPM.</summary>
    void Reset();
}

/// <summary>The dynamic root of trust sequence (TPM_HASH_START, TPM_HASH_DATA, TPM_HASH_END) at locality 4.</summary>
public interface ITpmHashSequence
{
    /// <summary>Starts a sequence.</summary>
    void HashStart();

    /// <summary>Hashes some bytes.</summary>
    void HashData(ReadOnlySpan<byte> data);

    /// <summary>Ends the sequence: PCR 17 (before Startup: PCR 0) is extended.</summary>
    void HashEnd();
}

/// <summary>The tpmEstablished flag: whether a dynamic root of trust was measured since it was last reset.</summary>
public interface ITpmEstablished
{
    /// <summary>Reads the flag.</summary>
    bool ReadEstablished();

    /// <summary>Clears the flag, as software at the given locality (3 or 4) may.</summary>
    void ResetEstablished(int locality);
}

/// <summary>The TPM's power and its NV memory can be switched.</summary>
public interface ITpmPower
{
    /// <summary>Switches the TPM's power.</summary>
    void SetPower(bool on);

    /// <summary>Makes NV memory available or unavailable.</summary>
    void SetNvAvailable(bool available);
}

/// <summary>Physical presence can be asserted: that a person is at the platform, as some commands want to be told.</summary>
public interface ITpmPhysicalPresence
{
    /// <summary>Whether it is asserted for the following commands.</summary>
    bool PhysicalPresence { get; set; }
}

/// <summary>The implementation behind the transport can describe itself in its own words.</summary>
public interface ITpmImplementationInfo
{
    /// <summary>What the implementation says of itself, usually JSON.</summary>
    string ReadImplementationInfo();
}

/// <summary>The operating system keeps the log of what the firmware measured into the PCRs (<see cref="EventLog.TcgEventLog"/>).</summary>
public interface ITpmEventLog
{
    /// <summary>Reads a log, as the firmware and the operating system wrote it.</summary>
    /// <exception cref="TpmTransportException">There is no such log, or this user may not read it.</exception>
    byte[] ReadEventLog(TpmEventLogKind kind = TpmEventLogKind.Current);
}

/// <summary>Which event log: of which boot and of which root of trust. Most machines have the first only.</summary>
public enum TpmEventLogKind
{
    /// <summary>The static root of trust, since the machine started or resumed.</summary>
    Current,

    /// <summary>The dynamic root of trust, since the machine started or resumed.</summary>
    DynamicCurrent,

    /// <summary>The static root of trust, when the machine started.</summary>
    Boot,

    /// <summary>The static root of trust, when the machine resumed last.</summary>
    Resume,

    /// <summary>The dynamic root of trust, when the machine started.</summary>
    DynamicBoot,

    /// <summary>The dynamic root of trust, when the machine resumed last.</summary>
    DynamicResume,
}
