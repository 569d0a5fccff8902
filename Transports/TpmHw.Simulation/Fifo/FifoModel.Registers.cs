using System.Globalization;
using TpmHw.Transports.Registers;

namespace TpmHw.Simulation;

// The register map (TIS 1.3, Table 16; PTP, Table 13) and one access to it. A bus calls Begin, then NextRead or
// NextWrite for each byte, then End. Registers are read at Begin and written at End, the FIFO byte by byte.
public sealed partial class FifoModel
{
    private const int VendorStart = 0xF90;
    private const int AccessOffset = (int)TpmRegister.Access;

    private readonly byte[] _hashData = new byte[64];
    private bool _isHashing;
    private int _locality;
    private int _offset;
    private int _start;
    private int _width;
    private int _index;
    private bool _isFifo;
    private bool _isWriting;
    private bool _isDeaf;
    private bool _isJudged;
    private bool _showsDone;
    private uint _value;
    private uint _written;
    private uint _writtenMask;

    internal void Begin(int locality, int offset, int size, bool isWrite)
    {
        Settle();
        _locality = locality;
        _offset = offset;
        (_start, _width) = Find(offset);
        _isFifo = _start is (int)TpmRegister.DataFifo or (int)TpmRegister.XDataFifo;
        _isWriting = isWrite;
        _index = 0;
        _isJudged = false;
        _written = _writtenMask = 0;
        _showsDone = false;
        _isDeaf = !Admits(size);
        TimeSpan now = Clock.Now;
        if (_isFifo)
        {
            _credit = CreditAtAccess(now);
        }
        else
        {
            _value = isWrite ? 0 : _isDeaf ? AllOnes() : ReadRegister(now);
        }
    }

    internal byte NextRead()
    {
        int index = _index++;
        if (!_isFifo)
        {
            int shift = _offset - _start + index;
            byte value = shift < _width && shift < sizeof(uint) ? (byte)(_value >> 8 * shift) : (byte)0xFF;
            if (_start == (int)TpmRegister.Sts && !_isDeaf)
            {
                NoteBurst(shift, value);
            }

            return value;
        }

        return _isDeaf ? (byte)0xFF : ReadFifo(Clock.Now);
    }

    internal void NextWrite(byte value)
    {
        int index = _index++;
        if (_isDeaf)
        {
            return;
        }

        if (_isFifo && _isHashing)
        {
            _hashData[index % _hashData.Length] = value;
        }
        else if (_isFifo)
        {
            WriteFifo(value, Clock.Now);
        }
        else if (_offset - _start + index is < sizeof(uint) and var shift)
        {
            _written |= (uint)value << 8 * shift;
            _writtenMask |= 0xFFu << 8 * shift;
        }
    }

    /// <param name="isWhole">Whether all bytes came that were announced; a register that got fewer is not written.</param>
    internal void End(bool isWhole)
    {
        if (_isWriting && !_isDeaf)
        {
            if (_isFifo && _isHashing)
            {
                Engine.HashData(_hashData.AsSpan(0, Math.Min(_index, _hashData.Length)));
            }
            else if (!_isFifo && isWhole)
            {
                WriteRegister(Clock.Now);
            }
        }

        if (_showsDone && !_isNoticed)
        {
            _isNoticed = true;
            Counters.Noticed(Clock.Now - _done);
        }

        FollowInterrupt();
    }

    private static (int Start, int Width) Find(int offset) => offset switch
    {
        AccessOffset => (AccessOffset, 1),
        >= 0x008 and < 0x00C => (0x008, 4),
        0x00C => (0x00C, 1),
        >= 0x010 and < 0x014 => (0x010, 4),
        >= 0x014 and < 0x018 => (0x014, 4),
        >= 0x018 and < 0x01C => (0x018, 4),
        0x020 => (0x020, 1),
        >= 0x024 and < 0x028 => (0x024, 4),
        0x028 => (0x028, 1),
        >= 0x030 and < 0x034 => (0x030, 4),
        >= 0x080 and < 0x0C0 => (0x080, 64),
        >= 0xF00 and < 0xF04 => (0xF00, 4),
        0xF04 => (0xF04, 1),
        >= 0xF80 and < VendorStart => (offset & ~3, 4),
        >= VendorStart and < 0x1000 => (VendorStart, 0x70),
        _ => (offset, 0),
    };

    /// <summary>Whether the access means anything; rules that concern its address are judged here.</summary>
    private bool Admits(int size)
    {
        if (IsAbsent)
        {
            return false;
        }

        if (_width == 0)
        {
            Break(TpmRule.UnknownRegister, "nothing is there");
            return false;
        }

        if (!_isFifo && _offset + size > _start + _width)
        {
            Break(TpmRule.RegisterBorder, $"{size} bytes at a register of {_width}");
        }

        return IsPowered && _locality < Profile.Localities && MayUse();
    }

    /// <summary>Whether this locality may use this register now (TIS 1.3, 5.6.5).</summary>
    private bool MayUse()
    {
        var register = (TpmRegister)_start;
        bool isHash = register is TpmRegister.HashStart or TpmRegister.HashEnd || (_isFifo && _isHashing && _locality == 4);
        if (_isWriting && _locality == 4 && !isHash)
        {
            Break(TpmRule.Locality4BySoftware, "only the hash registers are for software there");
            return false;
        }

        bool isForOwner = _isFifo || register == TpmRegister.Sts
            || (_isWriting && register is TpmRegister.IntEnable or TpmRegister.IntStatus or TpmRegister.IntVector);
        if (isForOwner && _locality != _localities.Owner)
        {
            if (!_localities.IsUnaware(_locality))
            {
                Break(TpmRule.WithoutLocality, _localities.Owner < 0 ? "no locality is active" : $"locality {_localities.Owner} is active");
            }

            return false;
        }

        return true;
    }

    // tpmRegValidSts is 0 until the TPM has started, and its identification reads 0 (coreboot, tpm2-tss).
    private uint AllOnes() =>
        !IsAbsent && Clock.Now < _poweredAt && (TpmRegister)_start is TpmRegister.Access or TpmRegister.DidVid ? 0 : uint.MaxValue;

    private uint ReadRegister(TimeSpan now)
    {
        switch ((TpmRegister)_start)
        {
            case TpmRegister.Access:
                return _localities.Read(_locality);
            case TpmRegister.IntEnable:
                return _intEnable;
            case TpmRegister.IntVector:
                return 0;
            case TpmRegister.IntStatus:
                return _intStatus;
            case TpmRegister.IntfCapability:
                return Profile.IntfCapability;
            case TpmRegister.Sts:
                uint status = ReadStatus(now);
                _showsDone = _offset == _start && _state == FifoState.Completion && (status & (StsValid | DataAvail)) == (StsValid | DataAvail);
                return status;
            case TpmRegister.InterfaceId:
                return Profile.InterfaceId;
            case TpmRegister.DidVid:
                return Profile.DidVid;
            case TpmRegister.Rid:
                return Profile.Rid;
            default:
                return uint.MaxValue;
        }
    }

    private void WriteRegister(TimeSpan now)
    {
        switch ((TpmRegister)_start)
        {
            case TpmRegister.Access:
                WriteAccess(now);
                break;
            case TpmRegister.IntEnable:
                _intEnable = (_intEnable & ~_writtenMask) | _written;
                break;
            case TpmRegister.IntStatus:
                _intStatus &= ~_written;
                break;
            case TpmRegister.Sts:
                WriteStatus(now);
                break;
            case TpmRegister.HashStart:
                StartHash();
                break;
            case TpmRegister.HashEnd:
                EndHash();
                break;
            case TpmRegister.IntVector or TpmRegister.InterfaceId:
            case >= (TpmRegister)0xF80:
                break;
            default:
                Break(TpmRule.WriteToReadOnly, Hex(_written));
                break;
        }
    }

    private void WriteAccess(TimeSpan now)
    {
        const int Commands = LocalityArbiter.Active | LocalityArbiter.BeenSeized | LocalityArbiter.Seize | LocalityArbiter.RequestUse;
        if ((_written & ~Commands) != 0)
        {
            Break(TpmRule.ReservedBits, Hex(_written));
        }

        if (!IsOneBit(_written & Commands))
        {
            return;
        }

        _localities.Write(_locality, (byte)(_written & Commands), now);
        Settle();
    }

    private void WriteStatus(TimeSpan now)
    {
        bool is20 = Profile.Family == TpmFamily.Tpm20;
        uint allowed = (uint)(CommandReady | Go | ResponseRetry) | (is20 ? Cancel | ResetEstablishment : 0);
        if ((_written & ~allowed) != 0)
        {
            Break(TpmRule.ReservedBits, Hex(_written));
        }

        uint command = _written & allowed;
        if (!IsOneBit(command))
        {
            return;
        }

        switch (command)
        {
            case CommandReady:
                WriteCommandReady(now);
                break;
            case Go:
                WriteGo(now);
                break;
            case ResponseRetry:
                WriteResponseRetry(now);
                break;
            case Cancel:
                WriteCancel(now);
                break;
            case ResetEstablishment when _locality >= 3:
                Engine.ResetEstablished(_locality);
                _localities.IsEstablished = false;
                break;
        }

        Settle();
    }

    private bool IsOneBit(uint command)
    {
        if (uint.PopCount(command) > 1)
        {
            Break(TpmRule.SeveralBits, Hex(_written));
        }

        return uint.PopCount(command) == 1;
    }

    // TIS 1.3, 5.6.3: HASH_START is ignored while a locality other than 4 is active.
    private void StartHash()
    {
        if (_locality != 4 || (_localities.Owner >= 0 && _localities.Owner != 4))
        {
            Break(TpmRule.HashOutOfOrder, $"start at locality {_locality} while {_localities.Owner} is active");
            return;
        }

        GoIdle();
        _localities.EnterHash();
        _isHashing = true;
        Engine.HashStart();
    }

    private void EndHash()
    {
        if (_locality != 4 || !_isHashing)
        {
            Break(TpmRule.HashOutOfOrder, "end without a start");
            return;
        }

        _isHashing = false;
        Engine.HashEnd();
        _localities.Write(_locality, LocalityArbiter.Active, Clock.Now);
        _localities.IsEstablished = true;
    }

    /// <summary>Records the first breach of this access.</summary>
    private void Break(TpmRule rule, string detail)
    {
        if (!_isJudged)
        {
            _isJudged = true;
            Rules.Record(rule, _locality, _start, detail);
        }
    }

    private static string Hex(uint value) => string.Create(CultureInfo.InvariantCulture, $"0x{value:X2} written");
}
