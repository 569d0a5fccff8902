using System.Buffers.Binary;
using TpmHw.Transport;

namespace TpmHw.Transports.Registers;

/// <summary>The registers of one TPM as the driver uses them: by name, at the locality in use, and with waits that end.</summary>
internal sealed class FifoPort(ITpmRegisterBus bus, uint didVid)
{
    private static readonly TimeSpan s_longestPause = TimeSpan.FromMilliseconds(1);

    private volatile bool _stopped;

    /// <summary>A first pause for <see cref="Pause"/>.</summary>
    public static TimeSpan FirstPause { get; } = TimeSpan.FromMicroseconds(20);

    public ITpmRegisterBus Bus => bus;

    public TpmClock Clock => bus.Clock;

    public uint DidVid => didVid;

    /// <summary>The chip's peculiarities; those of its family once that is known.</summary>
    public Chip Chip { get; set; } = ChipTable.Find(didVid, null);

    public FifoTimeouts Timeouts { get; set; } = FifoTimeouts.Tpm12;

    public byte Locality { get; set; }

    /// <summary>Ends waits before a command runs; null while it runs, when the TPM has to be asked to stop.</summary>
    public CancellationToken? Cancellation { get; set; }

    /// <summary>The transport is being disposed.</summary>
    public bool IsStopped => _stopped;

    /// <summary>The transport is being disposed, says another thread.</summary>
    public void Stop() => _stopped = true;

    public TpmSts ReadSts() => ReadSts(Locality);

    /// <summary>The status as the owner of another locality sees it.</summary>
    public TpmSts ReadSts(byte locality)
    {
        Span<byte> bytes = stackalloc byte[TpmSts.Size];
        bus.Read(TpmRegister.Sts, locality, bytes);
        return TpmSts.Read(bytes);
    }

    public void WriteSts(TpmStsFlags flag) => bus.Write(TpmRegister.Sts, Locality, [(byte)flag]);

    /// <summary>commandCancel is bit 24, which takes a write of the whole register (PTP 6.5.2.5).</summary>
    public void WriteCommandCancel() => bus.Write(TpmRegister.Sts, Locality, [0, 0, 0, 1]);

    public TpmAccess ReadAccess(byte locality)
    {
        Span<byte> value = stackalloc byte[1];
        bus.Read(TpmRegister.Access, locality, value);
        return (TpmAccess)value[0];
    }

    public void WriteAccess(byte locality, TpmAccess bit) => bus.Write(TpmRegister.Access, locality, [(byte)bit]);

    public uint Read32(TpmRegister register) => Read32(bus, register, Locality);

    public static uint Read32(ITpmRegisterBus bus, TpmRegister register, byte locality = 0)
    {
        Span<byte> value = stackalloc byte[4];
        bus.Read(register, locality, value);
        return BinaryPrimitives.ReadUInt32LittleEndian(value);
    }

    public void Write32(TpmRegister register, uint value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        bus.Write(register, Locality, bytes);
    }

    /// <summary>Reads TPM_STS until something holds.</summary>
    /// <returns>The status where it holds.</returns>
    /// <exception cref="TpmTransportException">It does not hold in time, or the TPM is no longer this locality's.</exception>
    public TpmSts WaitFor(Func<TpmSts, bool> holds, TimeSpan allowed, TpmFault fault)
    {
        var deadline = Deadline.After(allowed, Clock);
        return TryWaitFor(holds, deadline, out TpmSts sts)
            ? sts
            : throw FifoFault.Make(this, sts.IsImpossible ? TpmFault.BadStatus : fault, "TPM_STS = " + sts, deadline);
    }

    /// <summary>Reads TPM_STS until something holds, or the time is over. The last status may be an impossible one.</summary>
    public bool TryWaitFor(Func<TpmSts, bool> holds, Deadline deadline, out TpmSts sts) => TryWaitFor(holds, deadline, out sts, out _);

    /// <summary>The same; also tells whether it held at the first look.</summary>
    public bool TryWaitFor(Func<TpmSts, bool> holds, Deadline deadline, out TpmSts sts, out bool atOnce)
    {
        TimeSpan pause = FirstPause;
        for (atOnce = true; ; atOnce = false)
        {
            sts = ReadSts();
            if (!IsFalse(sts) && holds(sts))
            {
                return true;
            }

            if (deadline.HasPassed)
            {
                return false;
            }

            Pause(ref pause, deadline);
        }
    }

    /// <summary>
    /// Whether a status can't be true. Where the reason is that the TPM is not this locality's, that is the error; any
    /// other one may pass, and the wait's deadline says how long.
    /// </summary>
    public bool IsFalse(TpmSts sts)
    {
        if (!sts.IsImpossible)
        {
            return false;
        }

        TpmAccess access = ReadAccess(Locality);
        if (access.IsValid() && !access.IsGranted())
        {
            CheckLocality();
        }

        return true;
    }

    /// <summary>Reads TPM_ACCESS and throws where it does not say twice that the TPM is this locality's.</summary>
    public void CheckLocality()
    {
        TpmAccess access = ReadAccess(Locality);
        if (!access.IsGranted() && !(access = ReadAccess(Locality)).IsGranted())
        {
            throw FifoFault.Make(this, access.IsValid() ? TpmFault.LocalityLost : TpmFault.BadStatus, FifoFault.Seen(access));
        }
    }

    /// <summary>Waits before the next read of a register, a little longer each time.</summary>
    public void Pause(ref TimeSpan pause, Deadline deadline, TimeSpan longest = default)
    {
        if (Cancellation is { } cancellation)
        {
            ObjectDisposedException.ThrowIf(_stopped, this);
            cancellation.ThrowIfCancellationRequested();
        }

        TimeSpan time = pause > Chip.PollInterval ? pause : Chip.PollInterval;
        TimeSpan left = deadline.Remaining;
        Clock.Wait(time < left ? time : left, CancellationToken.None);
        longest = longest > s_longestPause ? longest : s_longestPause;
        pause = pause * 1.5 < longest ? pause * 1.5 : longest;
    }
}
