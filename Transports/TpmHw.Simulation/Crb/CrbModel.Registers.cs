using System.Globalization;

namespace TpmHw.Simulation;

// The register map (PTP, "CRB interface", register space): what the registers say, and what writing to them does.
public sealed partial class CrbModel
{
    private const uint Ones = uint.MaxValue;
    private const int LocState = 0x00;
    private const int LocCtrl = 0x08;
    private const int LocSts = 0x0C;

    private enum Part
    {
        Register,
        Command,
        Response,
    }

    private bool IsDeaf => Faults.IsOn(FaultKind.Absent) || Clock.Now < _poweredAt;

    private uint InterfaceId => 1u // CRB
        | (uint)Profile.InterfaceVersion << 4
        | (Profile.Localities > 1 ? 1u << 8 : 0)
        | (Profile.CanBypassIdle ? 1u << 9 : 0)
        | (Profile.CanChunk ? 1u << 10 : 0)
        | 1u << 14 // CapCRB
        | 1u << 17; // selected: CRB

    internal uint Read(ulong address, int size)
    {
        Accessing?.Invoke();
        Settle();
        (Part part, int locality, int offset) = Place(address);
        if (IsDeaf)
        {
            // tpmRegValidSts is 0 until the TPM has started.
            return part == Part.Register && offset == LocState && !Faults.IsOn(FaultKind.Absent) ? 0 : Ones;
        }

        if (part != Part.Register)
        {
            return ReadBuffer(address, part, locality, offset, size);
        }

        if (size != sizeof(uint))
        {
            Break(TpmRule.NarrowAccess, address, $"a read of {size} bytes");
        }

        return ReadRegister(address, locality, offset);
    }

    internal void Write(ulong address, uint value, int size)
    {
        Accessing?.Invoke();
        Settle();
        if (IsDeaf)
        {
            return;
        }

        (Part part, int locality, int offset) = Place(address);
        if (part != Part.Register)
        {
            WriteBuffer(address, part, locality, offset, value, size);
        }
        else if (size != sizeof(uint))
        {
            Break(TpmRule.NarrowAccess, address, $"a write of {size} bytes");
        }
        else if (offset == LocCtrl)
        {
            WriteLocCtrl(address, locality, value);
        }
        else if (MayUse(address, locality))
        {
            WriteControl(address, offset, value);
        }
    }

    internal void Break(TpmRule rule, ulong address, string detail)
    {
        (_, int locality, int offset) = Place(address);
        Rules.Record(rule, locality, offset, detail, address);
    }

    private (Part Part, int Locality, int Offset) Place(ulong address)
    {
        if (Profile.SeparateBuffers is { } buffers)
        {
            if (address - buffers.Command < (ulong)Profile.BufferSize)
            {
                return (Part.Command, 0, (int)(address - buffers.Command));
            }

            if (address - buffers.Response < (ulong)Profile.BufferSize)
            {
                return (Part.Response, 0, (int)(address - buffers.Response));
            }
        }

        int offset = (int)(address - Profile.Address);
        int inPage = offset % PageSize;
        bool isBuffer = Profile.SeparateBuffers is null && inPage >= BufferOffset && inPage < BufferOffset + Profile.BufferSize;
        return (isBuffer ? Part.Command : Part.Register, offset / PageSize, isBuffer ? inPage - BufferOffset : inPage);
    }

    /// <summary>Whether a locality may use the control area. Where there are no localities everybody may.</summary>
    private bool Has(int locality) => !Profile.Area.HasLocalities || _localities.Owner == locality;

    private bool MayUse(ulong address, int locality)
    {
        if (!Has(locality) && !_localities.IsUnaware(locality))
        {
            Break(TpmRule.WithoutLocality, address, _localities.Owner < 0 ? "no locality is active" : $"locality {_localities.Owner} is active");
        }

        return Has(locality);
    }

    private uint ReadBuffer(ulong address, Part part, int locality, int offset, int size)
    {
        if (!MayUse(address, locality))
        {
            return Ones;
        }

        if (_state != CrbState.Completion || (part == Part.Command && Profile.SeparateBuffers is not null))
        {
            Break(TpmRule.BufferReadOutOfState, address, $"{_state}, {part}");
            return Ones;
        }

        if (offset + size > _buffer.Readable)
        {
            Break(TpmRule.ReadPastEnd, address, $"{_buffer.Readable} bytes of the response are here");
        }

        return _buffer.Read(offset, size);
    }

    private void WriteBuffer(ulong address, Part part, int locality, int offset, uint value, int size)
    {
        if (!MayUse(address, locality))
        {
            return;
        }

        if (_state is not (CrbState.Ready or CrbState.Reception) || part == Part.Response)
        {
            Break(TpmRule.BufferWriteOutOfState, address, $"{_state}, {part}");
            return;
        }

        _state = CrbState.Reception;
        _buffer.Write(offset, value, size);
    }

    private uint ReadRegister(ulong address, int locality, int offset)
    {
        switch (offset)
        {
            case LocState:
                return ReadLocState(locality);
            case LocCtrl:
                return 0; // write only
            case LocSts:
                return ReadLocSts(locality);
            case 0x30:
                return InterfaceId;
            case 0x34:
                return Profile.VendorDevice;
        }

        if (!Has(locality))
        {
            return Profile.HidesControlFromOthers ? Ones : 0;
        }

        switch (offset)
        {
            case 0x40:
                return _request;
            case 0x44:
                Counters.StatusReads++;
                return (Faults.IsOn(FaultKind.FatalError) ? 1u : 0) | (_state == CrbState.Idle ? 2u : 0);
            case 0x48:
                return _cancel;
            case 0x4C:
                return ReadStart();
            case 0x50 or 0x54:
                return 0; // interrupts, which the model has none of
            case 0x58 or 0x5C or 0x60 or 0x64 or 0x68 or 0x6C:
                return ReadBufferPlace(address, locality, offset);
            default:
                Break(TpmRule.UnknownRegister, address, "nothing is there");
                return Ones;
        }
    }

    private uint ReadLocState(int locality)
    {
        _localities.Read(locality); // who reads this knows whether the TPM is still his
        int owner = _localities.Owner;
        return (IsEstablished ? 0 : 1u) | (owner >= 0 ? 1u << 1 | (uint)owner << 2 : 0) | 1u << 7;
    }

    private uint ReadLocSts(int locality)
    {
        bool wasSeized = (_localities.Read(locality) & LocalityArbiter.BeenSeized) != 0;
        bool isGranted = _localities.Owner == locality && !(_state == CrbState.Idle && Profile.DropsGrantInIdle);
        return (isGranted ? 1u : 0) | (wasSeized ? 1u << 1 : 0);
    }

    private uint ReadStart()
    {
        Counters.StatusReads++;
        Counters.BusyPolls += _state == CrbState.Execution ? 1 : 0;
        if (_state == CrbState.Completion && !_isNoticed)
        {
            _isNoticed = true;
            Counters.Noticed(Clock.Now - _done);
        }

        return _start;
    }

    private uint ReadBufferPlace(ulong address, int locality, int offset)
    {
        if (_state == CrbState.Idle)
        {
            Break(TpmRule.AddressReadInIdle, address, "the register need not hold there");
        }

        bool isEmpty = (_state == CrbState.Idle && Profile.ForgetsAddressesInIdle) || (Profile.HasZeroAddresses && !_addressesWritten);
        ulong wrong = Faults.IsOn(FaultKind.WrongBufferAddress, out int by) ? (ulong)by : 0;
        return isEmpty ? 0 : BufferPlace(locality, offset, wrong);
    }

    /// <summary>What a register has of where the buffers are, and how large.</summary>
    private uint BufferPlace(int locality, int offset, ulong wrong)
    {
        ulong own = Profile.Address + (ulong)(locality * PageSize) + BufferOffset;
        ulong command = (Profile.ClaimedAddress ?? Profile.SeparateBuffers?.Command ?? own) + wrong;
        ulong response = (Profile.ClaimedAddress ?? Profile.SeparateBuffers?.Response ?? own) + wrong;
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
        TimeSpan now = Clock.Now;
        switch (value)
        {
            case 1:
                _localities.Write(locality, LocalityArbiter.BeenSeized, now); // the request clears it
                _localities.Write(locality, LocalityArbiter.RequestUse, now);
                break;
            case 2:
                if (_state == CrbState.Execution && _localities.Owner == locality)
                {
                    Break(TpmRule.RelinquishDuringExecution, address, "the command is aborted");
                }

                _localities.Write(locality, LocalityArbiter.Active, now);
                break;
            case 4:
                _localities.Write(locality, LocalityArbiter.Seize, now);
                break;
            case 8 when locality >= 3 && Has(locality):
                Engine.ResetEstablished(locality);
                IsEstablished = false;
                break;
            default:
                Break(uint.PopCount(value) > 1 ? TpmRule.SeveralBits : TpmRule.ReservedBits, address, Hex(value));
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
                WriteCancel(value);
                break;
            case 0x4C when value == 1:
                WriteStart(address);
                break;
            case 0x4C when value is 2 or 4:
                WriteChunk(address, value);
                break;
            case 0x58 or 0x5C or 0x60 or 0x64 or 0x68 or 0x6C when Profile.HasZeroAddresses && _state == CrbState.Ready:
                _addressesWritten = true;
                if (value != BufferPlace(Math.Max(_localities.Owner, 0), offset, wrong: 0))
                {
                    Break(TpmRule.BufferMoved, address, Hex(value));
                }

                break;
            case 0x48 or 0x4C:
                Break(uint.PopCount(value) > 1 ? TpmRule.SeveralBits : TpmRule.ReservedBits, address, Hex(value));
                break;
            case 0x50 or 0x54:
                break;
            case 0x44 or 0x58 or 0x5C or 0x60 or 0x64 or 0x68 or 0x6C:
                Break(TpmRule.WriteToReadOnly, address, Hex(value));
                break;
            default:
                Break(TpmRule.UnknownRegister, address, "nothing is there");
                break;
        }
    }

    private static string Hex(uint value) => string.Create(CultureInfo.InvariantCulture, $"0x{value:X2} written");
}
