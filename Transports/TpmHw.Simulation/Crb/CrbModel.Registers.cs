using TpmHw.Transports.Mmio;

namespace TpmHw.Simulation;

/// <content>What the registers say, and what writing to them does.</content>
public sealed partial class CrbModel
{
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
}
