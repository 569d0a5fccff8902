using TpmHw.Transport;

namespace TpmHw.Transports.Registers;

/// <summary>Who has the TPM (PTP 6.5.2.4). A locality is requested once and kept from one command to the next.</summary>
/// <param name="port">The registers.</param>
/// <param name="seizes">Whether to take the TPM from whoever has it, if nothing else helps.</param>
internal sealed class Localities(FifoPort port, bool seizes)
{
    private const int Count = 5;

    private static readonly TimeSpan s_longestPause = TimeSpan.FromMilliseconds(5);

    // Some chips hang when they are used at once after the grant; coreboot gives them this.
    private static readonly TimeSpan s_afterGrant = TimeSpan.FromMicroseconds(10);

    // Nothing has been granted since the last reset.
    private bool _isFresh = true;

    private bool _wasGranted;

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

    /// <summary>Asks who has the TPM, and requests it where it is nobody or somebody else.</summary>
    public void HoldAgain()
    {
        IsHeld = false;
        Request();
    }

    /// <summary>The TPM was reset: nobody has it.</summary>
    public void Forget()
    {
        IsHeld = _wasGranted = false;
        _isFresh = true;
    }

    /// <summary>Gives the TPM back.</summary>
    public void Relinquish()
    {
        IsHeld = _wasGranted = false;
        port.WriteAccess(port.Locality, TpmAccess.ActiveLocality);
    }

    private void Request()
    {
        TpmAccess access = WaitFor(TpmAccessBits.IsValid, port.Timeouts.A) ?? throw Refused(TpmFault.NoLocality);
        if ((access & TpmAccess.BeenSeized) != 0)
        {
            port.WriteAccess(port.Locality, TpmAccess.BeenSeized);
        }
        else if (_wasGranted && !access.IsGranted())
        {
            _isFresh = true; // nobody took it: the TPM was reset
        }

        _wasGranted = false;
        if (!access.IsGranted())
        {
            port.WriteAccess(port.Locality, TpmAccess.RequestUse);
            TimeSpan allowed = _isFresh && port.Chip.FirstLocality is { } first ? first : port.Timeouts.A;
            if (WaitFor(TpmAccessBits.IsGranted, allowed) is null
                && !(TakeOver() && WaitFor(TpmAccessBits.IsGranted, port.Timeouts.A) is not null))
            {
                TpmTransportException error = Refused(TpmFault.NoLocality);
                port.WriteAccess(port.Locality, TpmAccess.ActiveLocality); // drops the request
                throw error;
            }

            port.Clock.Wait(s_afterGrant, CancellationToken.None);
        }

        IsHeld = _wasGranted = true;
        _isFresh = false;
    }

    /// <summary>
    /// Gives the TPM back for a program that crashed while it had it. A living owner sees pendingRequest and gives it
    /// back when its command is done; one that has not done so within TIMEOUT_A and executes nothing is not living.
    /// </summary>
    /// <remarks>
    /// Idle can't be told from Execution: neither has commandReady, Expect or dataAvail, burstCount means nothing in
    /// either, and all that could be written to find out aborts a command. Such an owner is left alone unless the user
    /// says otherwise.
    /// </remarks>
    /// <returns>Whether the TPM was taken from somebody.</returns>
    private bool TakeOver()
    {
        if (FindOwner() is not { } owner)
        {
            return false;
        }

        if (!seizes && !IsIdling(owner))
        {
            return false;
        }

        // Software reaches localities 0 to 3. Seizing is for higher ones, and tells the owner; to take it from a higher
        // one is to give it back in its name.
        bool canSeize = port.Locality > owner;
        port.WriteAccess(canSeize ? port.Locality : owner, canSeize ? TpmAccess.Seize : TpmAccess.ActiveLocality);
        return true;
    }

    /// <summary>Whether the TPM executes nothing for the locality that has it, for certain.</summary>
    private bool IsIdling(byte owner)
    {
        const TpmStsFlags NotExecuting = TpmStsFlags.CommandReady | TpmStsFlags.DataAvail | TpmStsFlags.Expect;
        TpmSts sts = port.ReadSts(owner);
        return !sts.IsImpossible && (sts.Flags & NotExecuting) != 0;
    }

    private byte? FindOwner()
    {
        for (byte other = 0; other < Math.Min(Count, port.Chip.Localities); other++)
        {
            if (other != port.Locality && port.ReadAccess(other).IsGranted())
            {
                return other;
            }
        }

        return null;
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
        if (FindOwner() is { } owner)
        {
            seen += FormattableString.Invariant($", locality {owner} has the TPM, with TPM_STS = {port.ReadSts(owner)}");
        }

        return FifoFault.Make(port, fault, seen);
    }
}
