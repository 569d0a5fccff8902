namespace TpmHw.Simulation;

/// <summary>What a chip makes of the messages that are for it. Begin, then Take or Give for each byte, then End.</summary>
internal interface II2cChip
{
    TpmModel Model { get; }

    I2cTraits Traits { get; }

    /// <summary>Brings the chip up to the present.</summary>
    void Settle();

    /// <summary>Whether it has no time for a message now, and does not acknowledge it.</summary>
    bool IsBusy(bool isRead);

    void Begin(bool isRead, int length);

    void Take(byte value);

    byte Give();

    void End();
}
