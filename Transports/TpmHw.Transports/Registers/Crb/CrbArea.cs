namespace TpmHw.Transports.Registers.Crb;

/// <summary>Where a CRB interface's registers are.</summary>
/// <param name="ControlAddress">The physical address of the control area, as the ACPI table TPM2 gives it.</param>
/// <param name="HasLocalities">
/// Whether the locality's registers and the interface identifier are before it, so that the locality begins 0x40 bytes
/// earlier. AMD's firmware TPMs have the control area alone, somewhere in memory.
/// </param>
public readonly record struct CrbArea(ulong ControlAddress, bool HasLocalities)
{
    /// <summary>The size of a locality's page.</summary>
    internal const int LocalitySize = 0x1000;

    /// <summary>From the locality's first byte to the control area.</summary>
    internal const int ControlOffset = (int)CrbRegister.CtrlReq;

    /// <summary>The control area's size.</summary>
    internal const int ControlSize = 0x30;

    /// <summary>The area whose locality 0 begins at an address.</summary>
    public static CrbArea AtLocality0(ulong address) => new(address + ControlOffset, HasLocalities: true);

    internal ulong FirstAddress => HasLocalities ? ControlAddress - ControlOffset : ControlAddress;

    /// <summary>What is added to a register's offset to find it in the region from <see cref="FirstAddress"/>.</summary>
    internal int Origin => HasLocalities ? 0 : -ControlOffset;
}
