using System.Globalization;
using TpmHw.Transports.Registers;

namespace TpmHw.Simulation;

/// <summary>One breach of a rule.</summary>
/// <param name="Time">When, on the model's clock.</param>
/// <param name="Rule">Which rule.</param>
/// <param name="Locality">At which locality; -1 where no address was seen.</param>
/// <param name="Offset">The register's offset in the locality.</param>
/// <param name="Detail">What was seen.</param>
/// <param name="DuringFault">Whether a fault had been injected by then: what the driver saw before may have been a lie.</param>
public sealed record RuleViolation(TimeSpan Time, TpmRule Rule, int Locality, int Offset, string Detail, bool DuringFault)
{
    /// <summary>The physical address; null on a bus that has none.</summary>
    public ulong? Address { get; init; }

    /// <summary>One line for a report.</summary>
    public override string ToString()
    {
        string register = Enum.GetName((TpmRegister)Offset) ?? string.Create(CultureInfo.InvariantCulture, $"0x{Offset:X3}");
        string place = Address is { } address ? string.Create(CultureInfo.InvariantCulture, $"0x{address:X}") : register;
        place = Locality < 0 && Offset == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $" {place}, locality {Locality}:");
        return string.Create(CultureInfo.InvariantCulture, $"{Time.TotalMicroseconds:F1} µs {Rule}:{place} {Detail}{(DuringFault ? " (during a fault)" : "")}");
    }
}
