using System.Globalization;
using TpmHw.Transport;
using TpmHw.Transports.Mmio;

namespace TpmHw.Transports.Registers.Crb;

/// <summary>How a wait for a register ended.</summary>
/// <param name="Done">Whether the value came in time.</param>
/// <param name="Last">The value seen last.</param>
internal readonly record struct CrbWait(bool Done, uint Last);

/// <summary>A locality's registers, and waiting for them.</summary>
internal sealed class CrbRegisters : IDisposable
{
    private readonly IMmioRegion _region;
    private readonly int _origin;

    public CrbRegisters(CrbArea area, MmioMapper map)
    {
        _origin = area.Origin;
        _region = map(area.FirstAddress, area.HasLocalities ? CrbArea.LocalitySize : CrbArea.ControlSize);
        if (!area.HasLocalities)
        {
            return;
        }

        try
        {
            Id = new CrbInterfaceId(Read(CrbRegister.IntfIdLow) | (ulong)Read(CrbRegister.IntfIdHigh) << 32);
        }
        catch
        {
            _region.Dispose();
            throw;
        }

        if (Id.HasFiveLocalities)
        {
            _region.Dispose();
            _region = map(area.FirstAddress, CrbArea.LocalitySize * 5);
        }
    }

    /// <summary>TPM_CRB_INTF_ID; zero where there is none.</summary>
    public CrbInterfaceId Id { get; }

    /// <summary>The locality that is spoken to.</summary>
    public byte Locality { get; set; }

    public string Name => _region.Name;

    public TpmClock Clock => _region.Clock;

    /// <summary>The region, for buffers that are in it.</summary>
    public IMmioRegion Region => _region;

    public LocState LocState => new(Read(CrbRegister.LocState));

    public LocSts LocSts => new(Read(CrbRegister.LocSts));

    /// <summary>Reads a register. None has all bits set; where one seems to, it is read again.</summary>
    /// <exception cref="TpmTransportException">It still seems to: there is no TPM, or it is with somebody else.</exception>
    public uint Read(CrbRegister register)
    {
        uint value = _region.Read32(OffsetOf(register));
        value = value != uint.MaxValue ? value : _region.Read32(OffsetOf(register));
        return value != uint.MaxValue ? value : throw AllOnes(register);
    }

    public ulong ReadAddress(CrbRegister low, CrbRegister high) => Read(low) | (ulong)_region.Read32(OffsetOf(high)) << 32;

    public void Write(CrbRegister register, uint value) => _region.Write32(OffsetOf(register), value);

    /// <summary>Waits until the masked bits of a register have a value.</summary>
    public CrbWait Await(CrbRegister register, uint mask, uint wanted, TimeSpan time)
    {
        var deadline = Deadline.After(time, Clock);
        var pause = default(GrowingPause);
        while (true)
        {
            bool late = deadline.HasPassed; // looked at before the register, which therefore gets the last word
            uint value = Read(register);
            if ((value & mask) == wanted || late)
            {
                return new CrbWait((value & mask) == wanted, value);
            }

            pause.Wait(deadline, Clock);
        }
    }

    /// <summary>As <see cref="Await"/>; not in time is an error.</summary>
    public void Require(CrbRegister register, uint mask, uint wanted, TimeSpan time, string what, string advice)
    {
        CrbWait wait = Await(register, mask, wanted, time);
        if (!wait.Done)
        {
            throw Late(TpmFault.Timeout, register, wait.Last, time, what, advice);
        }
    }

    public TpmTransportException Late(TpmFault fault, CrbRegister register, uint last, TimeSpan time, string what, string advice) => new(
        fault,
        $"The TPM at {Name} {what}.",
        string.Create(CultureInfo.InvariantCulture, $"{Evidence(register, last)} after {time.TotalMilliseconds:F0} ms"),
        advice);

    public string Evidence(CrbRegister register, uint value) =>
        string.Create(CultureInfo.InvariantCulture, $"{register} of locality {Locality} is 0x{value:X8}");

    public TpmTransportException NoLocality(TpmFault fault, string what) => new(
        fault,
        $"The TPM at {Name} is with somebody else: {what}.",
        $"{Evidence(CrbRegister.LocState)}, {Evidence(CrbRegister.LocSts)}",
        "Another locality is active: a hypervisor, or a driver of the kernel. Once that one gives it up, the next command works.");

    public void Dispose() => _region.Dispose();

    private string Evidence(CrbRegister register) => Evidence(register, _region.Read32(OffsetOf(register)));

    private TpmTransportException AllOnes(CrbRegister register)
    {
        bool isThere = _origin == 0 && register >= CrbRegister.CtrlReq && _region.Read32(OffsetOf(CrbRegister.LocState)) != uint.MaxValue;
        return isThere ? NoLocality(TpmFault.LocalityLost, "its control registers don't answer this locality") : new TpmTransportException(
            TpmFault.FloatingBus,
            $"There is no TPM at {Name}: everything reads as ones.",
            Evidence(register, uint.MaxValue),
            "It is switched off in the firmware's set-up, has lost its power, or is somewhere else: the ACPI table TPM2 says where.");
    }

    private int OffsetOf(CrbRegister register) => _origin + Locality * CrbArea.LocalitySize + (int)register;
}

/// <summary>A pause between looks at a register that is longer each time.</summary>
internal struct GrowingPause
{
    private static readonly TimeSpan s_first = TimeSpan.FromMicroseconds(10);
    private static readonly TimeSpan s_longest = TimeSpan.FromMilliseconds(1);

    private TimeSpan _next;

    public void Wait(Deadline deadline, TpmClock clock)
    {
        _next = _next == default ? s_first : _next + _next / 4;
        _next = _next < s_longest ? _next : s_longest;
        clock.Wait(_next < deadline.Remaining ? _next : deadline.Remaining);
    }
}
