using TpmHw.Transport;
using TpmHw.Transports.Registers;

namespace TpmHw.Transports.I2c;

/// <summary>The messages of one kind of chip, seen from outside: which of them select what is read next, and what register they are about.</summary>
internal sealed class I2cMessageLayout
{
    private const string PtpBus = "i2c";

    private readonly I2cDialect? _dialect;

    private I2cMessageLayout(string bus, I2cDialect? dialect) => (Bus, _dialect) = (bus, dialect);

    // A chip without registers selects nothing.
    private static readonly I2cMessageLayout s_atmel = new("i2c-atmel", null);

    private static readonly I2cMessageLayout[] s_all =
    [
        new(PtpBus, null),
        .. I2cDialect.All.Select(static d => new I2cMessageLayout($"{PtpBus}-{d.Chip.ToString().ToLowerInvariant()}", d)),
        s_atmel,
    ];

    /// <summary>What a <see cref="WireTransfer"/> calls the wire.</summary>
    public string Bus { get; }

    /// <summary>Those of a chip.</summary>
    public static I2cMessageLayout Of(I2cChip chip) => chip == I2cChip.Atmel ? s_atmel : Array.Find(s_all, m => m._dialect?.Chip == chip) ?? s_all[0];

    /// <summary>Whether a message selects what the next one reads.</summary>
    public bool IsSelection(ReadOnlySpan<byte> message)
    {
        if (this == s_atmel || message.Length != 1 + (_dialect?.ReadSuffix.Length ?? 0))
        {
            return false;
        }

        return _dialect is null || ((message[0] & _dialect.WriteFlag) == 0 && message[1..].SequenceEqual(_dialect.ReadSuffix));
    }

    /// <summary>Reads a transfer.</summary>
    /// <returns>False where it is not one of I2C, or addresses no register of the chip.</returns>
    public static bool TryRead(WireTransfer transfer, out RegisterTransfer result)
    {
        result = default;
        string bus = transfer.Bus;
        return Array.Find(s_all, m => m.Bus == bus) is { } layout && layout != s_atmel && !transfer.Sent.IsEmpty && layout.TryReadRegister(transfer, out result);
    }

    private bool TryReadRegister(WireTransfer transfer, out RegisterTransfer result)
    {
        result = default;
        bool isRead = IsSelection(transfer.Sent);
        byte address = transfer.Sent[0];
        int? locality = null;
        if (_dialect is { LocalityShift: { } shift })
        {
            (locality, address) = (address >> shift, (byte)(address & ((1 << shift) - 1)));
        }

        address &= (byte)~(_dialect?.WriteFlag ?? 0);
        if ((_dialect is null ? I2cRegisterBus.RegisterAt(address) : _dialect.RegisterAt(address, isRead)) is not { } register)
        {
            return false;
        }

        bool isWhole = transfer.Outcome == WireOutcome.Done && (!isRead || !transfer.Received.IsEmpty);
        ReadOnlySpan<byte> data = !isWhole ? default : isRead ? transfer.Received : transfer.Sent[1..];
        uint value = RegisterTransfer.LittleEndian(data);
        result = new RegisterTransfer
        {
            Register = register,
            Locality = locality,
            IsWrite = !isRead,
            Waits = 0,
            IsWhole = isWhole,
            Data = data,
            Value = register switch
            {
                TpmI2cRegister.DataCsum => (uint)((data.IsEmpty ? 0 : data[0] << 8) | (int)(value >> 8)),
                TpmRegister.DidVid when _dialect is not null && value is not (0 or uint.MaxValue) => _dialect.DidVid(value),
                _ => value,
            },
        };
        return true;
    }
}
