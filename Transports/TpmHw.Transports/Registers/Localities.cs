using TpmHw.Transport;

namespace TpmHw.Transports.Registers;

/// <summary>Who has the TPM (PTP 6.5.2.4). A locality is requested once and kept from one command to the next.</summary>
internal sealed class Localities(FifoPort port)
{
    private const int Count = 5;

    private static readonly TimeSpan s_longestPause = TimeSpan.FromMilliseconds(5);

    // Some chips hang when they are used at once after the grant; coreboot gives them this.
    private static readonly TimeSpan s_afterGrant = TimeSpan.FromMicroseconds(10);

    private bool _everGranted;

    /// <summary>Whether the locality was granted and has not been given back since.</summary>
    public bool IsHeld { get; private set; }

    /// <summary>Requests the port's locality where it is not held.</summary>
    public void Hold()
    {
        if (!IsHeld)
        {
            Request();
        }
    }

    /// <summary>Asks who has the TPM, and requests it where it is somebody else.</summary>
    public void HoldAgain()
    {
        IsHeld = false;
        Request();
    }

    /// <summary>Gives the TPM back.</summary>
    public void Relinquish()
    {
        IsHeld = false;
        port.WriteAccess(port.Locality, TpmAccess.ActiveLocality);
    }

    private void Request()
    {
        TpmAccess access = WaitFor(TpmAccessBits.IsValid, port.Timeouts.A) ?? throw Refused(TpmFault.NoLocality);
        if ((access & TpmAccess.BeenSeized) != 0)
        {
            port.WriteAccess(port.Locality, TpmAccess.BeenSeized);
        }

        if (!access.IsGranted())
        {
            port.WriteAccess(port.Locality, TpmAccess.RequestUse);
            TimeSpan allowed = _everGranted ? port.Timeouts.A : port.Chip.FirstLocality ?? port.Timeouts.A;
            if (WaitFor(TpmAccessBits.IsGranted, allowed) is null
                && !(ReleaseStaleOwner() && WaitFor(TpmAccessBits.IsGranted, port.Timeouts.A) is not null))
            {
                TpmTransportException error = Refused(TpmFault.NoLocality);
                port.WriteAccess(port.Locality, TpmAccess.ActiveLocality); // drops the request
                throw error;
            }

            port.Clock.Wait(s_afterGrant, CancellationToken.None);
        }

        IsHeld = true;
        _everGranted = true;
    }

    /// <summary>
    /// Gives the TPM back for a program that crashed while it had it. A living owner sees pendingRequest and gives it
    /// back when its command is done; one that has not done so within TIMEOUT_A and executes nothing is not living.
    /// </summary>
    /// <returns>Whether there was such an owner.</returns>
    private bool ReleaseStaleOwner()
    {
        const TpmStsFlags NotExecuting = TpmStsFlags.CommandReady | TpmStsFlags.DataAvail | TpmStsFlags.Expect;
        byte own = port.Locality;
        for (byte other = 0; other < Math.Min(Count, port.Chip.Localities); other++)
        {
            if (other == own || !port.ReadAccess(other).IsGranted())
            {
                continue;
            }

            port.Locality = other;
            TpmSts sts = port.ReadSts();
            port.Locality = own;
            if (!sts.IsImpossible && (sts.Flags & NotExecuting) != 0)
            {
                port.WriteAccess(other, TpmAccess.ActiveLocality);
                return true;
            }
        }

        return false;
    }

    private TpmAccess? WaitFor(Func<TpmAccess, bool> holds, TimeSpan allowed)
    {
        var deadline = Deadline.After(allowed, port.Clock);
        TimeSpan pause = FifoPort.FirstPause;
        while (true)
        {
            TpmAccess access = port.ReadAccess(port.Locality);
            if (holds(access))
            {
                return access;
            }

            if (deadline.HasPassed)
            {
                return null;
            }

            port.Pause(ref pause, deadline, s_longestPause);
        }
    }

    private TpmTransportException Refused(TpmFault fault)
    {
        string seen = FifoFault.Seen(port.ReadAccess(port.Locality));
        for (byte other = 0; other < Math.Min(Count, port.Chip.Localities); other++)
        {
            if (other != port.Locality && port.ReadAccess(other).IsGranted())
            {
                seen += FormattableString.Invariant($", locality {other} has the TPM");
            }
        }

        return FifoFault.Make(port, fault, seen);
    }
}
