using System.Globalization;
using TpmHw.Transports.Linux;

namespace TpmHw.Transports.Gpio;

/// <summary>A GPIO chip's node and the number of a line on it.</summary>
internal readonly record struct GpioAddress(string Chip, uint Line)
{
    private const string Devices = "/dev/";

    /// <summary>Reads <c>gpiochip0/24</c>, or looks for the line that has the name.</summary>
    /// <param name="name">As the user wrote it.</param>
    /// <param name="open">Opens a chip.</param>
    /// <param name="host">The machine.</param>
    /// <exception cref="TpmTransportException">It is neither.</exception>
    public static GpioAddress Parse(string name, Func<string, IControlFile> open, LinuxHost host)
    {
        int slash = name.LastIndexOf('/');
        if (slash > 0)
        {
            string chip = name[..slash];
            return uint.TryParse(name.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out uint line)
                ? new GpioAddress(chip.StartsWith('/') ? chip : Devices + chip, line)
                : throw GpioError.BadName(name);
        }

        IReadOnlyList<string> chips = host.GpioChips;
        foreach (string chip in chips)
        {
            using IControlFile file = open(Devices + chip);
            GpioChipInfo info = default;
            _ = file.Control(GpioAbi.GetChipInfo, GpioAbi.Bytes(ref info)); // none of its lines where it fails
            for (uint line = 0; line < info.Lines; line++)
            {
                if (GpioLine.InfoOf(file, line).Name.ToString() == name)
                {
                    return new GpioAddress(Devices + chip, line);
                }
            }
        }

        throw GpioError.NoSuchName(name, chips);
    }

    /// <summary>As <c>gpiochip0/24</c>.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{(Chip.StartsWith(Devices, StringComparison.Ordinal) ? Chip[Devices.Length..] : Chip)}/{Line}");
}
