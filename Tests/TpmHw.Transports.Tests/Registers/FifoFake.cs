using System.Buffers.Binary;
using TpmHw.Transport;
using TpmHw.Transports.Registers;

namespace TpmHw.Transports.Tests.Registers;

/// <summary>Time that passes only when somebody waits or the bus moves bytes.</summary>
internal sealed class FakeClock : TpmClock
{
    private long _ticks;

    public override TimeSpan Now => new(Interlocked.Read(ref _ticks));

    public override void Wait(TimeSpan time, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Assert.True(time >= TimeSpan.Zero);
        Interlocked.Add(ref _ticks, time.Ticks);
    }
}

/// <summary>What executes a command.</summary>
internal delegate int Execute(ReadOnlySpan<byte> command, Span<byte> response);

/// <summary>Changes what a read gives.</summary>
internal delegate void ReadFault(TpmRegister register, byte locality, Span<byte> value);

/// <summary>Says whether a write arrives.</summary>
internal delegate bool WriteFault(TpmRegister register, byte locality, ReadOnlySpan<byte> value);

/// <summary>
/// The FIFO interface from the TPM's side, over a bus of 10 MHz with 2 µs a frame: the state transition table, locality
/// by locality. It counts what the bus carries and every rule that the driver breaks.
/// </summary>
internal sealed class FifoFake(Execute execute) : ITpmRegisterBus
{
    public enum State
    {
        Idle,
        Ready,
        Reception,
        Execution,
        Completion,
    }

    private readonly byte[] _command = new byte[4096];
    private readonly byte[] _response = new byte[4096];
    private readonly FakeClock _clock = new();
    private int _received;
    private int _read;
    private int _length;
    private int _credit;
    private TimeSpan _doneAt;
    private TimeSpan _readyAt = TimeSpan.MaxValue;
    private int _pending = -1;
    private TimeSpan _burstAt;

    public string Name => "fake";
    public int MaxFifoTransfer => 64;
    public TpmClock Clock => _clock;
    public bool HasInterruptLine { get; set; }

    public uint DidVid { get; set; } = 0x001D15D1;
    public uint InterfaceId { get; set; } = 0x0000_2100;
    public uint Capability { get; set; } = 0x3000_0697;
    public int Burst { get; set; } = 64;
    public TimeSpan Execution { get; set; }
    public TimeSpan TimeToReady { get; set; }
    public TimeSpan TimeToBurst { get; set; }
    public bool StopsInIdle { get; set; }

    /// <summary>Changes what a read gives.</summary>
    public ReadFault? OnRead { get; set; }

    /// <summary>Whether a write arrives.</summary>
    public WriteFault? OnWrite { get; set; }

    /// <summary>The interrupt line: whether it fires while a command runs.</summary>
    public bool LineWorks { get; set; } = true;

    public State Now { get; private set; }
    public int Owner { get; set; } = -1;
    public byte Seized { get; set; }
    public int Frames { get; private set; }
    public int Bytes { get; private set; }
    public int StatusReads { get; private set; }
    public int BusyPolls { get; private set; }
    public int Executions { get; private set; }
    public int Cancels { get; private set; }
    public bool IgnoresCancel { get; set; }
    public TimeSpan Overshoot { get; private set; }
    public uint IntEnable { get; private set; }
    public bool IsDisposed { get; private set; }
    public List<string> Violations { get; } = [];

    /// <summary>Bytes of the response that were not read yet.</summary>
    public int Remaining => _length - _read;

    public void ResetCounts() => Frames = Bytes = StatusReads = BusyPolls = Executions = 0;

    public void LoseLocality(int to)
    {
        Owner = to;
        Now = State.Idle;
    }

    /// <summary>Disposed with the fake.</summary>
    public IDisposable? Behind { get; set; }

    public void Dispose()
    {
        IsDisposed = true;
        Behind?.Dispose();
    }

    public void Read(TpmRegister register, byte locality, Span<byte> value)
    {
        Frame(value.Length);
        Span<byte> room = stackalloc byte[64];
        room.Clear();
        Span<byte> bytes = room[..value.Length];
        bool owned = locality == Owner;
        switch (register)
        {
            case TpmRegister.Access:
                bytes[0] = (byte)(0x81 | (owned ? 0x20 : 0) | (Seized & (1 << locality)) >> locality << 4);
                break;
            case TpmRegister.Sts when owned:
                StatusReads++;
                BinaryPrimitives.WriteUInt32LittleEndian(room, Status());
                break;
            case TpmRegister.DataFifo when owned:
                ReadFifo(bytes);
                break;
            case TpmRegister.DidVid:
                BinaryPrimitives.WriteUInt32LittleEndian(bytes, DidVid);
                break;
            case TpmRegister.InterfaceId:
                BinaryPrimitives.WriteUInt32LittleEndian(bytes, InterfaceId);
                break;
            case TpmRegister.IntfCapability:
                BinaryPrimitives.WriteUInt32LittleEndian(bytes, Capability);
                break;
            case TpmRegister.IntEnable when owned:
                BinaryPrimitives.WriteUInt32LittleEndian(bytes, IntEnable);
                break;
            default:
                bytes.Fill(0xFF);
                break;
        }

        OnRead?.Invoke(register, locality, bytes);
        bytes.CopyTo(value);
    }

    public void Write(TpmRegister register, byte locality, ReadOnlySpan<byte> value)
    {
        Frame(value.Length);
        if (OnWrite is not null && !OnWrite(register, locality, value))
        {
            return;
        }

        switch (register)
        {
            case TpmRegister.Access:
                WriteAccess(locality, value[0]);
                break;
            case TpmRegister.IntEnable when locality == Owner:
                IntEnable = BinaryPrimitives.ReadUInt32LittleEndian(value);
                break;
            case TpmRegister.IntStatus:
                break;
            case TpmRegister.DataFifo when locality == Owner:
                WriteFifo(value);
                break;
            case TpmRegister.Sts when locality == Owner && value.Length == 4:
                Check(value[3] == 1 && Now == State.Execution, "commandCancel outside Execution");
                Cancels++;
                if (!IgnoresCancel)
                {
                    RawResponse(0x909).CopyTo(_response);
                    _length = 10;
                    _doneAt = Clock.Now;
                }

                break;
            case TpmRegister.Sts when locality == Owner:
                WriteSts(value[0]);
                break;
            default:
                Check(false, $"write to {register} at locality {locality} without owning it");
                break;
        }
    }

    public bool WaitForInterrupt(TimeSpan time, CancellationToken cancellationToken)
    {
        TimeSpan left = _doneAt - Clock.Now;
        bool fires = LineWorks && (IntEnable & 0x8000_0001) == 0x8000_0001 && Now == State.Execution && left <= time;
        Clock.Wait(fires ? TimeSpan.FromTicks(Math.Max(0, left.Ticks)) : time, cancellationToken);
        return fires;
    }

    private static byte[] RawResponse(uint code) => [0x80, 1, 0, 0, 0, 10, (byte)(code >> 24), (byte)(code >> 16), (byte)(code >> 8), (byte)code];

    private void Frame(int data)
    {
        Frames++;
        Bytes += 4 + data;
        Clock.Wait(TimeSpan.FromMicroseconds(2 + (0.8 * (4 + data))));
    }

    private void Check(bool right, string rule)
    {
        if (!right)
        {
            Violations.Add(rule);
        }
    }

    private uint Status()
    {
        if (Now == State.Idle && _readyAt != TimeSpan.MaxValue && Clock.Now >= _readyAt)
        {
            Now = State.Ready;
            _readyAt = TimeSpan.MaxValue;
            Refill();
        }

        if (Now == State.Execution)
        {
            if (Clock.Now < _doneAt)
            {
                BusyPolls++;
                return 0;
            }

            Now = State.Completion;
            Overshoot = Clock.Now - _doneAt;
            _read = 0;
            Refill();
        }

        if (_credit == 0 && Clock.Now >= _burstAt)
        {
            _credit = Burst;
        }

        uint burst = (uint)Math.Max(0, _credit) << 8;
        return Now switch
        {
            State.Ready => burst | 0x40,
            State.Reception => burst | (Expects ? 0x88u : 0x80u),
            State.Completion => burst | (_read < _length ? 0x90u : 0x80u),
            _ => 0,
        };
    }

    private bool Expects => _received < 6 || _received < BinaryPrimitives.ReadUInt32BigEndian(_command.AsSpan(2));

    private void Refill()
    {
        _credit = Burst;
        _burstAt = Clock.Now;
    }

    private void Use(int count)
    {
        bool isStatic = (Capability & 0x100) != 0;
        Check(count <= (isStatic ? Burst : _credit), "more bytes than burstCount");
        _credit -= count;
        if (_credit <= 0)
        {
            _credit = 0;
            _burstAt = Clock.Now + TimeToBurst;
        }
    }

    private void WriteFifo(ReadOnlySpan<byte> value)
    {
        Check(Now is State.Ready or State.Reception, "FIFO written out of state");
        Use(value.Length);
        if (Now == State.Ready)
        {
            Now = State.Reception;
            _received = 0;
        }

        if (Now == State.Reception)
        {
            foreach (byte b in value)
            {
                Check(Expects, "a byte that was not expected");
                _command[_received++] = b;
            }
        }
    }

    private void ReadFifo(Span<byte> value)
    {
        Check(Now == State.Completion, "FIFO read out of state");
        Use(value.Length);
        foreach (ref byte b in value)
        {
            Check(_read < _length, "read past the response's end");
            b = Now == State.Completion && _read < _length ? _response[_read++] : (byte)0xFF;
        }
    }

    private void WriteSts(byte flag)
    {
        switch (flag)
        {
            case 0x40 when Now == State.Ready:
                break;
            case 0x40:
                bool goesIdleOnly = StopsInIdle && Now != State.Idle;
                Now = State.Idle;
                _readyAt = goesIdleOnly ? TimeSpan.MaxValue : Clock.Now + TimeToReady;
                break;
            case 0x20:
                Check(Now == State.Reception && !Expects, "tpmGo out of state");
                Executions++;
                Now = State.Execution;
                _length = execute(_command.AsSpan(0, _received), _response);
                _doneAt = Clock.Now + Execution;
                break;
            case 0x02:
                Check(Now == State.Completion, "responseRetry out of state");
                _read = 0;
                Refill();
                break;
            default:
                Check(false, $"{flag:X2} written to TPM_STS");
                break;
        }
    }

    private void WriteAccess(byte locality, byte bit)
    {
        switch (bit)
        {
            case 0x02 when Owner != locality:
                _pending = locality;
                break;
            case 0x20 when Owner == locality:
                Owner = -1;
                break;
            case 0x20 when _pending == locality:
                _pending = -1;
                break;
            case 0x10:
                Seized &= (byte)~(1 << locality);
                break;
        }

        if (Owner < 0 && _pending >= 0)
        {
            Owner = _pending;
            _pending = -1;
            Now = State.Idle;
            _readyAt = TimeSpan.MaxValue;
        }
    }
}
