using TpmHw.Transport;

namespace TpmHw.Transports.Simulators;

/// <summary>
/// A swtpm: commands on its data channel, everything else on its control channel. The control channel is connected
/// when something needs it, so a swtpm that was started without one serves commands all the same.
/// </summary>
/// <remarks>
/// <c>swtpm socket</c> reads its control channel between commands only, so a running command is not stopped by
/// cancelling: either it ends within the two seconds that it is given, or its connection is given up.
/// </remarks>
public sealed class SwtpmTransport : TpmTransport, ITpmLocality, ITpmReset, ITpmHashSequence, ITpmEstablished, ITpmImplementationInfo
{
    private readonly ServerChannel _data;
    private readonly SwtpmControl _control;
    private readonly SocketTimes _times;

    private SwtpmTransport(TransportSettings settings)
    {
        _times = new SocketTimes(settings);
        ServerAddress data = ServerAddress.From(
            settings, Descriptor, "swtpm", "Start it: swtpm socket --tpm2 --tpmstate dir=/tmp --server type=tcp,port=2321 --ctrl type=tcp,port=2322 --flags not-need-init,startup-clear");
        Info = new TpmTransportInfo { Kind = Descriptor.Name, Name = settings.ConnectionString };
        ServerAddress control = data.Second(
            settings, Descriptor, "ctrl", "swtpm's control channel", "Start swtpm with --ctrl, or say where its control channel is with ctrl-port=… or ctrl-path=… .");
        _control = new SwtpmControl(control, _times);
        _data = new ServerChannel(data, _times, greet: _control.KeepLocality, askToStop: _control.AskToStop);
        try
        {
            _data.Ready();
            if (settings.Flag("check"))
            {
                _control.CheckThatItIsSwtpm();
            }
        }
        catch
        {
            Release();
            throw;
        }
    }

    /// <summary>How connection strings describe it.</summary>
    public static TransportDescriptor Descriptor { get; } = new()
    {
        Name = "swtpm",
        Summary = "swtpm over TCP or Unix sockets, with its control channel",
        Example = "swtpm:path=/run/swtpm.sock",
        Options =
        [
            .. ServerAddress.Options(defaultPort: "2321"),
            .. ServerAddress.SecondOptions("ctrl", "the control channel"),
            new("check", "ask the control channel first whether this is a swtpm", TransportOptionKind.Flag, "no"),
            .. SocketTimes.Options,
        ],
        Open = settings => new SwtpmTransport(settings),
        FindCandidates = () => ["swtpm:check=yes"],
    };

    /// <inheritdoc/>
    public override TpmTransportInfo Info { get; }

    /// <inheritdoc/>
    public int Locality
    {
        get => _control.Locality;
        set
        {
            CheckLocality(value);
            Exclusively(() => _control.Locality = value);
        }
    }

    /// <inheritdoc/>
    public void Reset() => Exclusively(() => _control.Request(SwtpmRequest.Init, [0, 0, 0, 1])); // PTM_INIT_FLAG_DELETE_VOLATILE

    /// <inheritdoc/>
    public void HashStart() => Exclusively(() => _control.Request(SwtpmRequest.HashStart));

    /// <inheritdoc/>
    public void HashData(ReadOnlySpan<byte> data)
    {
        byte[] copy = data.ToArray();
        Exclusively(() => _control.HashData(copy));
    }

    /// <inheritdoc/>
    public void HashEnd() => Exclusively(() => _control.Request(SwtpmRequest.HashEnd));

    /// <inheritdoc/>
    public bool ReadEstablished() => Exclusively(() =>
    {
        Span<byte> flag = stackalloc byte[4]; // and three bytes that mean nothing
        _control.Request(SwtpmRequest.GetEstablished, values: flag);
        return flag[0] != 0;
    });

    /// <inheritdoc/>
    public void ResetEstablished(int locality)
    {
        CheckLocality(locality);
        Exclusively(() => _control.Request(SwtpmRequest.ResetEstablished, [(byte)locality]));
    }

    /// <inheritdoc/>
    public string ReadImplementationInfo() => Exclusively(_control.ReadInfo);

    /// <inheritdoc/>
    protected override int Exchange(ReadOnlySpan<byte> command, Span<byte> response, CancellationToken cancellationToken)
    {
        int length = _data.Exchange(command, response, Framing.Plain, _times.Answer(command), cancellationToken);
        _control.CollectAnswer();
        return length;
    }

    /// <inheritdoc/>
    protected override void Recover(CancellationToken cancellationToken) => _data.Drop();

    /// <inheritdoc/>
    protected override void Interrupt()
    {
        if (!_data.Interrupt())
        {
            _control.Interrupt();
        }
    }

    /// <inheritdoc/>
    protected override void Release()
    {
        _control.Dispose();
        _data.Dispose();
    }
}
