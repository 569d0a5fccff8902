using System.Globalization;
using TpmHw.Transport;

namespace TpmHw.Transports.Registers;

/// <summary>How a TPM behind registers is opened.</summary>
public sealed record RegisterTransportOptions
{
    /// <summary>Time that any command may take; null for as long as its kind may need.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>The TPM's family; null to ask it.</summary>
    public TpmFamily? Family { get; init; }

    /// <summary>
    /// Takes the TPM from another locality that does not give it back in time, whatever it does there. Without this it
    /// is taken only from one that executes nothing. A command that runs is aborted.
    /// </summary>
    public bool SeizesLocality { get; init; }

    /// <summary>
    /// Reads every response until it was the same twice in a row. Neither SPI nor memory has a checksum; this one finds
    /// what is damaged on the way from the TPM, at the cost of reading twice.
    /// </summary>
    public bool VerifiesResponses { get; init; }
}

/// <summary>Finds out what is behind a register bus, and opens the driver for it.</summary>
public static class RegisterTransport
{
    // A chip needs 30 ms from reset to its first command (PTP 7.6), and some that start up from flash far longer.
    private static readonly TimeSpan s_powerUp = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_powerUpPoll = TimeSpan.FromMilliseconds(10);

    /// <summary>Opens the TPM behind a bus.</summary>
    /// <param name="bus">The bus. It belongs to the transport from now on, and is disposed where this fails.</param>
    /// <param name="kind">The transport's name in a connection string, such as <c>spidev</c>.</param>
    /// <param name="name">The connection string as the user wrote it.</param>
    /// <param name="options">Options; the usual ones where null.</param>
    /// <exception cref="TpmTransportException">There is no TPM, or it can't be used; the exception says why.</exception>
    public static ITpmTransport Open(ITpmRegisterBus bus, string kind, string name, RegisterTransportOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(bus);
        options ??= new RegisterTransportOptions();
        try
        {
            uint didVid = WaitForChip(bus);
            (bus as IQuirkBus)?.Heed(ChipTable.Find(didVid, null).Wire);
            var id = new TpmInterfaceId(FifoPort.Read32(bus, TpmRegister.InterfaceId));
            return id.Type is TpmInterfaceType.Crb or TpmInterfaceType.RamCrb
                ? throw new TpmTransportException(TpmFault.NotSupported, $"The TPM behind {bus.Name} has a command response buffer, which this bus can't reach.")
                : OpenFifo(bus, new TpmTransportInfo { Kind = kind, Name = name, MaxCommandSize = bus.MaxCommandSize }, didVid, id, options);
        }
        catch
        {
            bus.Dispose();
            throw;
        }
    }

    private static FifoDriver OpenFifo(ITpmRegisterBus bus, TpmTransportInfo info, uint didVid, TpmInterfaceId id, RegisterTransportOptions options)
    {
        var port = new FifoPort(bus, didVid);
        port.Timeouts = port.Chip.Correct(FifoTimeouts.Tpm12);
        var capability = new TpmIntfCapability(port.Read32(TpmRegister.IntfCapability));
        int localities = id.Type == TpmInterfaceType.Fifo && !id.HasFiveLocalities ? 1 : port.Chip.Localities;
        var driver = new FifoDriver(port, info, capability, localities, options);
        driver.Begin(options.Family);
        return driver;
    }

    /// <summary>Reads TPM_DID_VID until a chip answers; it may be starting up.</summary>
    private static uint WaitForChip(ITpmRegisterBus bus)
    {
        var deadline = Deadline.After(s_powerUp, bus.Clock);
        while (true)
        {
            uint didVid;
            try
            {
                didVid = FifoPort.Read32(bus, TpmRegister.DidVid);
            }
            catch (TpmTransportException e) when (e.Fault is TpmFault.StuckLow or TpmFault.Timeout or TpmFault.NotAcknowledged && !deadline.HasPassed)
            {
                bus.Clock.Wait(s_powerUpPoll); // a chip that starts up can hold SPI's wait states, or not acknowledge on I2C
                continue;
            }

            if (!ChipTable.KnowsVendor(didVid) && bus is IQuirkBus quirkBus && AskCarefully(bus, quirkBus) is { } shy)
            {
                return shy;
            }

            if (FifoFault.Of(didVid) is not { } fault)
            {
                return didVid;
            }

            if (deadline.HasPassed)
            {
                throw FifoFault.Make(WireDiagnosis.Of(bus) ?? fault, bus.Name, string.Create(CultureInfo.InvariantCulture, $"DID_VID = 0x{didVid:X8}, after {deadline}"));
            }

            bus.Clock.Wait(s_powerUpPoll);
        }
    }

    /// <summary>
    /// Reads TPM_DID_VID in the way of a chip with quirks. What it says otherwise is shifted by its wait bytes, or
    /// nothing at all where it slept, and is nobody's.
    /// </summary>
    /// <returns>What it reads where it is such a chip's; null otherwise, and the bus is as before.</returns>
    private static uint? AskCarefully(ITpmRegisterBus bus, IQuirkBus quirkBus)
    {
        quirkBus.Heed(ChipTable.Careful);
        try
        {
            uint didVid = FifoPort.Read32(bus, TpmRegister.DidVid);
            if (ChipTable.Find(didVid, null).Wire is not null)
            {
                return didVid;
            }
        }
        catch (TpmTransportException)
        {
            // A chip without quirks has no wait bytes where these are looked for.
        }

        quirkBus.Heed(null);
        return null;
    }
}
