using TpmHw.Transports.Mmio;

namespace TpmHw.Simulation;

/// <summary>
/// A TPM 2.0 behind the command response buffer interface, down to its registers, on a virtual clock. It checks what a
/// driver does against the specification, and does what a chip would do.
/// </summary>
/// <remarks>Written from the register tables of the PTP, apart from the driver: they share no constants.</remarks>
public sealed class CrbModel : IDisposable
{
    private const uint Ones = uint.MaxValue;
    private const int PageSize = 0x1000;
    private const int BufferOffset = 0x80;

    // What a driver that polls in a wrong way breaks a million times is kept as often as tells something.
    private const int KeptViolations = 256;

    private readonly List<CrbViolation> _violations = [];
    private readonly CrbLocalities _localities;
    private readonly CrbExecution _execution;
    private uint _request;
    private TimeSpan _requestDue;
    private uint _cancel;
    private uint _start;
    private TimeSpan _due = TimeSpan.MaxValue;
    private bool _addressesWritten;

    /// <summary>A model of one kind in front of a TPM.</summary>
    /// <param name="tpm">What executes the commands; the model owns it.</param>
    /// <param name="profile">The kind of interface; null for <see cref="CrbProfile.Strict"/>.</param>
    /// <param name="clock">The clock; null for a new one.</param>
    public CrbModel(ITpmTransport tpm, CrbProfile? profile = null, VirtualClock? clock = null)
    {
        ArgumentNullException.ThrowIfNull(tpm);
        Profile = profile ?? CrbProfile.Strict;
        Clock = clock ?? new VirtualClock();
        _localities = new CrbLocalities(Profile);
        _execution = new CrbExecution(tpm, Profile.BufferSize);
        State = Profile.StartsReady ? CrbState.Ready : CrbState.Idle;
    }

    /// <summary>The kind of interface.</summary>
    public CrbProfile Profile { get; }

    /// <summary>The clock that the model runs on.</summary>
    public VirtualClock Clock { get; }

    /// <summary>What goes wrong; new ones put everything right again.</summary>
    public CrbFaults Faults { get; set; } = new();

    /// <summary>Called before every access, so that something can happen in the middle of the driver's work.</summary>
    public Action? Accessing { get; set; }

    /// <summary>The state.</summary>
    public CrbState State { get; private set; }

    /// <summary>The locality that has the TPM; null where none has.</summary>
    public int? ActiveLocality => _localities.Active;

    /// <summary>Whether a dynamic root of trust was established.</summary>
    public bool IsEstablished
    {
        get => _localities.IsEstablished;
        set => _localities.IsEstablished = value;
    }

    /// <summary>What the driver did wrong, oldest first: the first 256 breaches.</summary>
    public IReadOnlyList<CrbViolation> Violations => _violations;

    /// <summary>How many commands were started.</summary>
    public int Started { get; private set; }

    /// <summary>How many commands the TPM behind has executed.</summary>
    public int Executed => _execution.Executed;

    /// <summary>How many regions are mapped.</summary>
    public int Mapped { get; private set; }

    /// <summary>How many accesses there were.</summary>
    public long Accesses { get; private set; }

    /// <summary>Makes a piece of the model's memory accessible.</summary>
    public IMmioRegion Map(ulong address, int length)
    {
        ulong first = Profile.Area.HasLocalities ? Profile.Area.ControlAddress - 0x40 : Profile.Area.ControlAddress;
        int registers = Profile.Area.HasLocalities ? Profile.Localities * PageSize : 0x30;
        bool known = IsWithin(first, registers)
            || (Profile.SeparateBuffers is { } buffers && (IsWithin(buffers.Command, Profile.BufferSize) || IsWithin(buffers.Response, Profile.BufferSize)));
        if (!known)
        {
            throw new TpmTransportException(TpmFault.AccessDenied, $"The model has nothing in the {length} bytes at 0x{address:X}.");
        }

        Mapped++;
        return new CrbModelRegion(this, address, length);

        bool IsWithin(ulong start, int size) => address >= start && address + (ulong)length <= start + (ulong)size;
    }

    /// <inheritdoc/>
    public void Dispose() => _execution.Dispose();

    internal void Unmapped() => Mapped--;

    internal uint Read(ulong address, int size)
    {
        Pass();
        if (Faults.Absent)
        {
            return Ones;
        }

        (CrbPlace place, int locality, int offset) = Decode(address);
        if (place != CrbPlace.Register)
        {
            return ReadBuffer(address, place, locality, offset, size);
        }

        if (size != sizeof(uint))
        {
            Note(CrbRule.NarrowAccess, address);
        }

        return ReadRegister(address, locality, offset);
    }

    internal void Write(ulong address, uint value, int size)
    {
        Pass();
        if (Faults.Absent)
        {
            return;
        }

        (CrbPlace place, int locality, int offset) = Decode(address);
        if (place != CrbPlace.Register)
        {
            WriteBuffer(address, place, locality, offset, value, size);
        }
        else if (size != sizeof(uint))
        {
            Note(CrbRule.NarrowAccess, address);
        }
        else if (offset == 0x08)
        {
            WriteLocCtrl(address, locality, value);
        }
        else if (!_localities.Has(locality))
        {
            Note(CrbRule.WithoutLocality, address);
        }
        else
        {
            WriteControl(address, offset, value);
        }
    }

    private enum CrbPlace
    {
        Register,
        Command,
        Response,
    }

    private (CrbPlace Place, int Locality, int Offset) Decode(ulong address)
    {
        if (Profile.SeparateBuffers is { } buffers)
        {
            if (address - buffers.Command < (ulong)Profile.BufferSize)
            {
                return (CrbPlace.Command, 0, (int)(address - buffers.Command));
            }

            if (address - buffers.Response < (ulong)Profile.BufferSize)
            {
                return (CrbPlace.Response, 0, (int)(address - buffers.Response));
            }
        }

        int offset = (int)(address - (Profile.Area.ControlAddress - 0x40));
        int inPage = offset % PageSize;
        bool buffer = Profile.SeparateBuffers is null && inPage >= BufferOffset && inPage < BufferOffset + Profile.BufferSize;
        return (buffer ? CrbPlace.Command : CrbPlace.Register, offset / PageSize, buffer ? inPage - BufferOffset : inPage);
    }

    private uint ReadBuffer(ulong address, CrbPlace place, int locality, int offset, int size)
    {
        if (!_localities.Has(locality))
        {
            Note(CrbRule.WithoutLocality, address);
            return Ones;
        }

        if (State != CrbState.Completion || (place == CrbPlace.Command && Profile.SeparateBuffers is not null))
        {
            Note(CrbRule.BufferReadOutOfState, address);
            return Ones;
        }

        if (offset + size > _execution.Readable)
        {
            Note(CrbRule.ReadPastEnd, address);
        }

        return _execution.Read(offset, size);
    }

    private void WriteBuffer(ulong address, CrbPlace place, int locality, int offset, uint value, int size)
    {
        if (!_localities.Has(locality))
        {
            Note(CrbRule.WithoutLocality, address);
        }
        else if (State is not (CrbState.Ready or CrbState.Reception) || place == CrbPlace.Response)
        {
            Note(CrbRule.BufferWriteOutOfState, address);
        }
        else
        {
            State = CrbState.Reception;
            _execution.Write(offset, value, size);
        }
    }

    private uint ReadRegister(ulong address, int locality, int offset)
    {
        switch (offset)
        {
            case 0x00:
                return _localities.State;
            case 0x08:
                return 0; // write only
            case 0x0C:
                return _localities.Status(locality, State == CrbState.Idle);
            case 0x30:
                return InterfaceIdLow;
            case 0x34:
                return Profile.VendorDevice;
        }

        if (!_localities.Has(locality))
        {
            return Profile.HidesControlFromOthers ? Ones : 0;
        }

        switch (offset)
        {
            case 0x40:
                return _request;
            case 0x44:
                return (Faults.Fatal ? 1u : 0) | (State == CrbState.Idle ? 2u : 0);
            case 0x48:
                return _cancel;
            case 0x4C:
                return _start;
            case 0x58 or 0x5C or 0x60 or 0x64 or 0x68 or 0x6C:
                return ReadPlace(address, locality, offset);
            default:
                Note(CrbRule.UnknownRegister, address);
                return Ones;
        }
    }

    private uint InterfaceIdLow => 1u // CRB
        | (uint)Profile.InterfaceVersion << 4
        | (Profile.Localities > 1 ? 1u << 8 : 0)
        | (Profile.CanBypassIdle ? 1u << 9 : 0)
        | (Profile.CanChunk ? 1u << 10 : 0)
        | 1u << 14 // CapCRB
        | 1u << 17; // selected: CRB

    private uint ReadPlace(ulong address, int locality, int offset)
    {
        if (State == CrbState.Idle)
        {
            Note(CrbRule.AddressReadInIdle, address);
        }

        if ((State == CrbState.Idle && Profile.ForgetsAddressesInIdle) || (Profile.HasZeroAddresses && !_addressesWritten))
        {
            return 0;
        }

        ulong own = Profile.Area.ControlAddress - 0x40 + (ulong)(locality * PageSize) + BufferOffset;
        ulong command = Faults.BufferAddress ?? Profile.SeparateBuffers?.Command ?? own;
        ulong response = Faults.BufferAddress ?? Profile.SeparateBuffers?.Response ?? own;
        return offset switch
        {
            0x5C => (uint)command,
            0x60 => (uint)(command >> 32),
            0x68 => (uint)response,
            0x6C => (uint)(response >> 32),
            _ => (uint)(Profile.ClaimedSize ?? Profile.BufferSize),
        };
    }

    private void WriteLocCtrl(ulong address, int locality, uint value)
    {
        switch (value)
        {
            case 1:
                _localities.Request(locality, Clock.Now + Faults.GrantDelay);
                break;
            case 2 when State == CrbState.Execution && _localities.Has(locality):
                Note(CrbRule.RelinquishDuringExecution, address);
                Abort();
                _localities.Relinquish(locality);
                break;
            case 2:
                if (_localities.Has(locality))
                {
                    Abort();
                }

                _localities.Relinquish(locality);
                break;
            case 4:
                if (_localities.Seize(locality))
                {
                    Abort();
                }

                break;
            case 8 when locality >= 3 && _localities.Has(locality):
                _localities.IsEstablished = false;
                break;
            default:
                Note(CrbRule.WrongBits, address);
                break;
        }
    }

    private void WriteControl(ulong address, int offset, uint value)
    {
        switch (offset)
        {
            case 0x40:
                WriteRequest(address, value);
                break;
            case 0x48 when value <= 1:
                _cancel = value;
                if (value == 1 && State == CrbState.Execution && !Faults.CancelIgnored)
                {
                    _execution.Cancelled = true;
                    _due = Clock.Now + Profile.CancelTime;
                }

                break;
            case 0x4C when value == 1:
                Start(address);
                break;
            case 0x4C when value is 2 or 4:
                Chunk(address, value);
                break;
            case 0x58 or 0x5C or 0x60 or 0x64 or 0x68 or 0x6C when Profile.HasZeroAddresses && State is CrbState.Ready:
                _addressesWritten = true;
                if (value != ReadPlace(address, _localities.Active ?? 0, offset))
                {
                    Note(CrbRule.WrongBits, address); // it would look for the command somewhere else
                }

                break;
            case 0x40 or 0x48 or 0x4C:
                Note(CrbRule.WrongBits, address);
                break;
            case 0x44 or 0x58 or 0x5C or 0x60 or 0x64 or 0x68 or 0x6C:
                Note(CrbRule.WriteToReadOnly, address);
                break;
            default:
                Note(CrbRule.UnknownRegister, address);
                break;
        }
    }

    private void WriteRequest(ulong address, uint value)
    {
        if (value is not (1 or 2))
        {
            Note(CrbRule.WrongBits, address);
        }
        else if (_request != 0)
        {
            Note(CrbRule.RequestWhilePending, address);
            _request = value; // a chip takes the last word
            _requestDue = Clock.Now + Profile.TransitionTime;
        }
        else if (State == CrbState.Execution)
        {
            Note(CrbRule.RequestDuringExecution, address);
        }
        else if (value == 1 && State == CrbState.Completion && !Profile.CanBypassIdle)
        {
            Note(CrbRule.MissingGoIdle, address);
        }
        else
        {
            _request = value;
            _requestDue = Clock.Now + Profile.TransitionTime;
        }
    }

    private void Start(ulong address)
    {
        if (State != CrbState.Reception)
        {
            Note(CrbRule.StartOutOfState, address);
            return;
        }

        if (Profile.HasZeroAddresses && !_addressesWritten)
        {
            return; // the chip does not know where to look
        }

        if (!_execution.IsWhole)
        {
            Note(CrbRule.WrongCommandSize, address);
        }

        _execution.Cancelled = _cancel != 0;
        if (_execution.Cancelled)
        {
            Note(CrbRule.StartWithCancelSet, address);
        }

        Started++;
        State = CrbState.Execution;
        _start = 1;
        _due = Clock.Now + Profile.ExecutionTime;
    }

    private void Chunk(ulong address, uint value)
    {
        bool possible = Profile.CanChunk && (State == CrbState.Completion || (State == CrbState.Reception && value == 4));
        if (!possible || !(State == CrbState.Reception ? _execution.TakePart() : _execution.GivePart(again: value == 2)))
        {
            Note(CrbRule.ChunkOutOfState, address);
            return;
        }

        _start = Faults.ChunkStuck ? value : 0;
    }

    private void Abort()
    {
        State = CrbState.Idle;
        _start = _request = _cancel = 0;
        _due = TimeSpan.MaxValue;
        _execution.Clear();
    }

    /// <summary>An access takes time, and time brings about what is due.</summary>
    private void Pass()
    {
        Accesses++;
        Accessing?.Invoke();
        Clock.Advance(Profile.AccessTime);
        TimeSpan now = Clock.Now;
        int? intruder = State == CrbState.Execution ? Faults.SeizedDuringExecution ?? Faults.OwnedBy : Faults.OwnedBy;
        if (_localities.Settle(now, intruder, keepsGuest: Faults.SeizedDuringExecution is not null))
        {
            Abort();
        }

        if (_request != 0 && now >= _requestDue && !(_request == 1 ? Faults.CmdReadyStuck : Faults.GoIdleStuck))
        {
            TakeRequest();
        }

        if (State == CrbState.Execution && now >= _due && (!Faults.Hangs || _execution.Cancelled))
        {
            _execution.Run(ActiveLocality ?? 0, Faults.ResponseSize);
            State = CrbState.Completion;
            _start = 0;
        }

        if (!Faults.ChunkStuck)
        {
            _start &= 1;
        }
    }

    private void TakeRequest()
    {
        if (_request == 1 && Faults.CmdReadyLost > 0)
        {
            Faults.CmdReadyLost--;
            State = CrbState.Idle;
        }
        else
        {
            State = _request == 1 ? CrbState.Ready : CrbState.Idle;
            _addressesWritten &= State == CrbState.Ready;
            _execution.Clear();
        }

        _request = 0;
    }

    private void Note(CrbRule rule, ulong address)
    {
        if (_violations.Count < KeptViolations)
        {
            _violations.Add(new CrbViolation(Clock.Now, rule, address, State, Faults.Any));
        }
    }
}
