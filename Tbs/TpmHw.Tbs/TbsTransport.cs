using System.Globalization;
using TpmHw.Spec;
using TpmHw.Tbs.Native;
using TpmHw.Transport;
using TpmHw.Wire;

namespace TpmHw.Tbs;

/// <summary>The TPM of a Windows machine, through the TPM Base Services (tbs.dll), which share it out between programs.</summary>
/// <remarks>
/// A command is one blocking call, which only Windows can end: cancellation, Dispose and the deadline ask it to. Handles
/// of objects and sessions belong to the context that this transport opens. A context that Windows ended (a restart of
/// the service) is an error for the command that meets it, and a new context, without those objects, for the next one.
/// </remarks>
public sealed partial class TbsTransport : TpmTransport, ITpmLocality, ITpmEventLog, ITpmImplementationInfo, ITbsPlatform
{
    private readonly TbsOptions _options;
    private readonly TpmClock _clock;
    private readonly CommandStop _stop = new();
    private TbsContext _context;
    private bool _contextHasEnded;
    private int _locality;

    private TbsTransport(string connectionString, TbsOptions options, TpmClock clock)
    {
        CheckLocality(options.Locality);
        _options = options;
        _clock = clock;
        _locality = options.Locality;
        Priority = options.Priority;
        _context = TbsContext.Open(options.Version, options.Raw, clock, CancellationToken.None);
        Info = new TpmTransportInfo
        {
            Kind = "tbs",
            Name = connectionString,
            Family = FindFamily(options.Version),
            HasResourceManager = !options.Raw,
            ReservedCommands = [TpmCc.Startup, TpmCc.Shutdown, TpmCc.ContextSave],
        };
    }

    /// <summary>How connection strings describe it.</summary>
    public static TransportDescriptor Descriptor { get; } = new()
    {
        Name = "tbs",
        Summary = "the TPM of a Windows machine, through the TPM Base Services",
        Example = "tbs",
        Platforms = ["Windows"],
        Options =
        [
            new("version", "which TPM will do", TransportOptionKind.Choice, "any") { Choices = ["any", "1.2", "2.0"] },
            new("raw", "whether handles are the TPM's own instead of this program's", TransportOptionKind.Flag, "no"),
            new("priority", "which of the programs' waiting commands come first", TransportOptionKind.Choice, "normal") { Choices = ["low", "normal", "high"] },
            new("locality", "locality of the commands; Windows documents 0 only", TransportOptionKind.Number, "0"),
            new("timeout", "time that a command may take, other programs' commands before it included; without it as long as the slowest may need", TransportOptionKind.Milliseconds),
        ],
        Open = static settings => Open(settings),
        FindCandidates = static () => ["tbs"],
    };

    /// <inheritdoc/>
    public override TpmTransportInfo Info { get; }

    /// <summary>The priority of the following commands.</summary>
    public TbsPriority Priority { get; set; }

    /// <inheritdoc/>
    public int Locality
    {
        get => _locality;
        set
        {
            CheckLocality(value);
            Exclusively(() => { _locality = value; });
        }
    }

    /// <summary>Opens the machine's TPM.</summary>
    /// <param name="options">How; as usual where null.</param>
    /// <exception cref="TpmTransportException">There is none, Windows does not let this user, or this is not Windows.</exception>
    public static TbsTransport Open(TbsOptions? options = null) => new("tbs", options ?? new TbsOptions(), TpmClock.System);

    /// <inheritdoc/>
    protected override int Exchange(ReadOnlySpan<byte> command, Span<byte> response, CancellationToken cancellationToken)
    {
        var deadline = Deadline.After(_options.Timeout ?? CommandDurations.Longest, _clock);
        uint result;
        uint size;
        _stop.Begin(_context, deadline);
        ObjectDisposedException.ThrowIf(IsDisposed, this); // before Begin, Interrupt found nothing to end
        CancellationTokenRegistration registration = cancellationToken.CanBeCanceled
            ? cancellationToken.UnsafeRegister(static stop => ((CommandStop)stop!).Ask(), _stop)
            : default;
        try
        {
            result = _context.Submit(command, response, _locality, Priority, out size);
        }
        finally
        {
            registration.Dispose();
            _stop.End();
        }

        if (TbsError.IsAnswer(result))
        {
            size = Answer(command, response, result);
            result = TbsError.Success;
        }

        bool stopped = result == TbsError.CommandCanceled
            || (result == TbsError.Success && size == TpmHeader.Size && TpmHeader.Read(response).Code == TpmRc.Canceled);
        if (result != TbsError.Success || stopped)
        {
            ThrowIfStopped(stopped, deadline, cancellationToken);
        }

        return result == TbsError.Success ? (int)Math.Min(size, int.MaxValue) : throw Failure(result, size);
    }

    /// <inheritdoc/>
    protected override void Recover(CancellationToken cancellationToken)
    {
        if (_contextHasEnded)
        {
            var context = TbsContext.Open(_options.Version, _options.Raw, _clock, cancellationToken);
            _context.Dispose();
            _context = context;
            _contextHasEnded = false;
        }
    }

    /// <inheritdoc/>
    protected override void Interrupt() => _stop.Ask();

    /// <inheritdoc/>
    protected override void Release()
    {
        _stop.Dispose();
        _context.Dispose();
    }

    private static TbsTransport Open(TransportSettings settings)
    {
        var options = new TbsOptions
        {
            Version = settings.Text("version") switch { "1.2" => TbsVersion.Tpm12, "2.0" => TbsVersion.Tpm20, _ => TbsVersion.Any },
            Raw = settings.Flag("raw"),
            Priority = settings.Text("priority") switch { "low" => TbsPriority.Low, "high" => TbsPriority.High, _ => TbsPriority.Normal },
            Locality = settings.Number("locality") is >= 0 and <= 4 and var locality
                ? locality
                : throw TransportSettings.Bad(Descriptor, settings.ConnectionString, "'locality' takes a number from 0 to 4."),
            Timeout = settings.Time("timeout"),
        };
        return new TbsTransport(settings.ConnectionString, options, TpmClock.System);
    }

    /// <summary>Windows' answer in the TPM's place, where it came as the result, as the response that it also comes as.</summary>
    private static uint Answer(ReadOnlySpan<byte> command, Span<byte> response, uint code)
    {
        bool isTpm20 = TpmHeader.Read(command).Tag is TpmHeader.NoSessions or TpmHeader.Sessions;
        new TpmHeader(isTpm20 ? TpmHeader.NoSessions : TpmHeader.ResponseTpm12, TpmHeader.Size, code).Write(response);
        return TpmHeader.Size;
    }

    private static TpmFamily? FindFamily(TbsVersion version) => version switch
    {
        TbsVersion.Tpm12 => TpmFamily.Tpm12,
        TbsVersion.Tpm20 => TpmFamily.Tpm20,
        _ => TbsLibrary.Has(nameof(TbsNative.Tbsi_GetDeviceInfo)) ? TbsDeviceInfo.Read().Family : null,
    };

    private void ThrowIfStopped(bool stopped, Deadline deadline, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(stopped && IsDisposed, this);
        if (stopped && cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }

        if (stopped && deadline.HasPassed)
        {
            throw new TpmTransportException(
                TpmFault.Timeout,
                "The TPM did not answer in time, and Windows ended the command.",
                deadline.ToString(),
                "Other programs' commands may have been before it; timeout= in the connection string gives it more time.");
        }
    }

    private TpmTransportException Failure(uint result, uint size)
    {
        const string Submit = nameof(TbsNative.Tbsip_Submit_Command);
        _contextHasEnded = TbsError.EndsContext(result);
        return result switch
        {
            TbsError.InsufficientBuffer => new TpmTransportException(
                TpmFault.BadResponse,
                "The TPM's response is larger than any should be.",
                string.Create(CultureInfo.InvariantCulture, $"{Submit}: TBS_E_INSUFFICIENT_BUFFER, {size} bytes wanted, {Info.MaxResponseSize} given"),
                "The command has run, and its response is lost: don't send it again blindly."),
            TbsError.BadParameter when _locality != 0 => new TpmTransportException(
                TpmFault.NoLocality,
                string.Create(CultureInfo.InvariantCulture, $"Windows does not send commands at locality {_locality}."),
                $"{Submit}: TBS_E_BAD_PARAMETER (0x{result:X8})",
                "Its documentation says that only locality 0 is supported."),
            TbsError.CommandCanceled => TbsError.Of(Submit, result, "Nobody here asked for that: Windows ends long commands when the machine is about to sleep."),
            _ => TbsError.Of(Submit, result, _contextHasEnded ? "What was loaded in the context is gone; the next command opens a new one." : ""),
        };
    }
}
