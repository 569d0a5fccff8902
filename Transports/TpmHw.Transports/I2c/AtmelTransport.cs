using System.Globalization;
using TpmHw.Transport;
using TpmHw.Transports.Registers;
using TpmHw.Wire;

namespace TpmHw.Transports.I2c;

/// <summary>
/// Atmel AT97SC3204T, a TPM 1.2 without registers: a command is one write, its response one read, which is not
/// acknowledged until it is there, and can be repeated until the next command.
/// </summary>
internal sealed class AtmelTransport : TpmTransport
{
    public const byte UsualAddress = 0x29;

    // A header and enough for most responses; where the header says more, everything is read again.
    private const int FirstRead = 35;
    private const int MostAttempts = 5;

    private static readonly TimeSpan s_patience = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_powerUp = TimeSpan.FromSeconds(1);

    // As often as Linux asks: this vendor's chips on other buses hang when they are asked more often than they like.
    private static readonly TimeSpan s_poll = TimeSpan.FromMilliseconds(5);

    private readonly II2cPort _port;
    private readonly TimeSpan? _timeout;
    private bool _owesResponse;
    private volatile bool _isStopped;

    private AtmelTransport(II2cPort port, TpmTransportInfo info, TimeSpan? timeout)
    {
        _port = port;
        _timeout = timeout;
        Info = info;
    }

    public override TpmTransportInfo Info { get; }

    /// <summary>Opens the TPM and asks it something, to know that it is there. The port is owned, and disposed where this fails.</summary>
    public static AtmelTransport Open(II2cPort port, string kind, string name, TimeSpan? timeout)
    {
        var transport = new AtmelTransport(port, new TpmTransportInfo
        {
            Kind = kind,
            Name = name,
            Family = TpmFamily.Tpm12,
            MaxCommandSize = Math.Min(TpmTransportInfo.UsualSize, port.MaxTransfer),
        }, timeout);
        try
        {
            transport.Begin();
            return transport;
        }
        catch
        {
            transport.Dispose();
            throw;
        }
    }

    protected override int Exchange(ReadOnlySpan<byte> command, Span<byte> response, CancellationToken cancellationToken)
    {
        Send(command, s_patience);
        _owesResponse = true;
        return Receive(command, response, cancellationToken);
    }

    /// <summary>A command can't be stopped: the next one has to wait until its response is there.</summary>
    protected override void Recover(CancellationToken cancellationToken)
    {
        if (_owesResponse)
        {
            Span<byte> header = stackalloc byte[TpmHeader.Size];
            WaitForResponse(header, Deadline.After(_timeout ?? CommandDurations.Longest, _port.Clock), cancellationToken);
            _owesResponse = false;
        }
    }

    protected override void Interrupt() => _isStopped = true;

    protected override void Release() => _port.Dispose();

    private void Begin()
    {
        var deadline = Deadline.After(s_powerUp, _port.Clock);
        Send(Tpm12Capability.TisTimeout, deadline.Remaining);
        _owesResponse = true;
        Receive(Tpm12Capability.TisTimeout, new byte[Info.MaxResponseSize], CancellationToken.None);
    }

    private void Send(ReadOnlySpan<byte> command, TimeSpan patience)
    {
        var deadline = Deadline.After(patience, _port.Clock);
        for (int messages = 1; !_port.Write(command); messages++)
        {
            if (deadline.HasPassed)
            {
                throw I2cError.NotAcknowledged(_port, "a command", messages, deadline);
            }

            _port.Clock.Wait(I2cGuard.Usual);
        }
    }

    private int Receive(ReadOnlySpan<byte> command, Span<byte> response, CancellationToken cancellationToken)
    {
        var deadline = Deadline.After(_timeout ?? CommandDurations.Of(command), _port.Clock);
        for (int attempt = 1; ; attempt++)
        {
            WaitForResponse(response[..FirstRead], deadline, cancellationToken);
            TpmHeader header = TpmHeader.Read(response);
            bool isResponse = header.HasResponseTag && header.TotalSize >= TpmHeader.Size && header.TotalSize <= Math.Min(response.Length, _port.MaxTransfer);
            if (isResponse)
            {
                int size = (int)header.TotalSize;
                if (size > FirstRead)
                {
                    WaitForResponse(response[..size], deadline, cancellationToken);
                }

                if (TpmHeader.Read(response) == header)
                {
                    _owesResponse = false;
                    return size;
                }
            }

            if (attempt == MostAttempts)
            {
                _owesResponse = false; // the command is done, whatever it answers
                throw FifoFault.Make(TpmFault.BadResponse, _port.Name, "header " + Convert.ToHexString(response[..TpmHeader.Size]));
            }
        }
    }

    /// <summary>Reads until the chip acknowledges: the response is there then.</summary>
    private void WaitForResponse(Span<byte> response, Deadline deadline, CancellationToken cancellationToken)
    {
        while (!_port.Read(response))
        {
            if (deadline.HasPassed)
            {
                throw I2cError.NotDone(_port, deadline);
            }

            cancellationToken.ThrowIfCancellationRequested();
            ObjectDisposedException.ThrowIf(_isStopped, this);
            _port.Clock.Wait(s_poll, CancellationToken.None);
        }
    }
}
