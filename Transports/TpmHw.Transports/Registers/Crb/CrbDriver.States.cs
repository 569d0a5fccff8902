using TpmHw.Transport;

namespace TpmHw.Transports.Registers.Crb;

/// <content>Whose the TPM is, and Idle and Ready.</content>
public sealed partial class CrbDriver
{
    /// <summary>Makes the locality ours, where it isn't.</summary>
    private void TakeLocality()
    {
        if (!_area.HasLocalities || HasLocality())
        {
            return;
        }

        // Until it has started, a TPM hears no request.
        CrbWait started = _registers.Await(CrbRegister.LocState, LocState.Valid, LocState.Valid, CrbTimes.A);
        if (!started.Done)
        {
            throw _registers.Late(TpmFault.NotReady, CrbRegister.LocState, started.Last, CrbTimes.A, "does not start", LookForOthers);
        }

        _registers.Write(CrbRegister.LocCtrl, LocCtrl.RequestAccess);
        var deadline = Deadline.After(CrbTimes.A, _clock);
        for (var pause = default(GrowingPause); ; pause.Wait(deadline, _clock))
        {
            bool late = deadline.HasPassed;
            if (HasLocality())
            {
                return;
            }

            if (late)
            {
                _registers.Write(CrbRegister.LocCtrl, LocCtrl.Relinquish); // or it comes when nobody waits for it any more
                throw _registers.NoLocality(TpmFault.NoLocality, $"locality {Locality} was not granted within {CrbTimes.A.TotalMilliseconds:F0} ms");
            }
        }
    }

    /// <summary>
    /// LOC_STATE tells, and where it names nobody LOC_STS. Both, because the granted bit of some Intel firmware TPMs
    /// (Jasper Lake) drops when they go idle although the locality stays active.
    /// </summary>
    private bool HasLocality()
    {
        LocState state = _registers.LocState;
        return state.IsValid && (state.IsAssigned ? state.ActiveLocality == Locality : _registers.LocSts.IsGranted);
    }

    private void Relinquish()
    {
        if (_area.HasLocalities)
        {
            _registers.Write(CrbRegister.LocCtrl, LocCtrl.Relinquish);
            _registers.Await(CrbRegister.LocState, LocState.Valid | LocState.Assigned, LocState.Valid, CrbTimes.C);
        }
    }

    private void ChangeLocality(byte locality)
    {
        byte before = _registers.Locality;
        if (locality == before)
        {
            return;
        }

        if (!_registers.Id.HasFiveLocalities)
        {
            throw OnlyLocality0();
        }

        TakeLocality();
        GoIdle();
        Relinquish();
        try
        {
            _registers.Locality = locality;
            TakeLocality();
        }
        catch (TpmTransportException)
        {
            _registers.Locality = before; // the next command takes that one again
            throw;
        }
    }

    private TpmTransportException OnlyLocality0() => new(
        TpmFault.NotSupported,
        $"The TPM at {_registers.Name} has locality 0 only.",
        $"its interface identifier is 0x{_registers.Id.Value:X16}");

    /// <summary>To Ready, from whatever state: firmware leaves some TPMs in Ready, and a failure leaves any.</summary>
    private void GetReady()
    {
        for (int attempt = 1; ; attempt++)
        {
            // By way of Idle, as EDK II does and Linux; with a few attempts, because a request can get lost.
            CrbWait idle = TryIdle();
            CrbWait ready = idle.Done ? Request(CtrlReq.CmdReady, idle: false) : idle;
            if (ready.Done)
            {
                return;
            }

            if (attempt == MostAttempts)
            {
                throw idle.Done ? NotReady(CrbRegister.CtrlReq, ready.Last, "does not get ready") : NotReady(CrbRegister.CtrlSts, idle.Last, "does not go idle");
            }
        }
    }

    private void GoIdle()
    {
        CrbWait idle = TryIdle();
        if (!idle.Done)
        {
            throw NotReady(CrbRegister.CtrlSts, idle.Last, "does not go idle");
        }
    }

    // From a locality that isn't active, the control registers of some TPMs read zero and take nothing.
    private TpmTransportException NotReady(CrbRegister register, uint last, string what) => _area.HasLocalities && !HasLocality()
        ? _registers.NoLocality(TpmFault.LocalityLost, "it was taken away between two commands")
        : _registers.Late(TpmFault.NotReady, register, last, CrbTimes.C, what, LookForOthers);

    private CrbWait TryIdle()
    {
        _registers.Await(CrbRegister.CtrlReq, CtrlReq.CmdReady | CtrlReq.GoIdle, 0, CrbTimes.C);
        uint status = Status();
        return (status & CtrlSts.Idle) != 0 ? new CrbWait(true, status) : Request(CtrlReq.GoIdle, idle: true);
    }

    /// <summary>Asks for a state, and waits until the request is gone and the state there.</summary>
    private CrbWait Request(uint request, bool idle)
    {
        _registers.Write(CrbRegister.CtrlReq, request);
        CrbWait taken = _registers.Await(CrbRegister.CtrlReq, request, 0, CrbTimes.C);
        Status();
        return taken.Done ? _registers.Await(CrbRegister.CtrlSts, CtrlSts.Idle, idle ? CtrlSts.Idle : 0, CrbTimes.C) : taken;
    }

    private uint Status()
    {
        uint status = _registers.Read(CrbRegister.CtrlSts);
        return (status & CtrlSts.Fatal) == 0 || ((status = _registers.Read(CrbRegister.CtrlSts)) & CtrlSts.Fatal) == 0 ? status : throw new TpmTransportException(
            TpmFault.ChipFailure,
            $"The TPM at {_registers.Name} reports a fatal error.",
            _registers.Evidence(CrbRegister.CtrlSts, status),
            "Only a reset brings it back: restart the machine, better with the power off in between.");
    }
}
