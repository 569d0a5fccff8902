using TpmHw.Transport;

namespace TpmHw.Transports;

/// <summary>The transports that connection strings can name.</summary>
public sealed class TransportCatalog
{
    private readonly Lock _adding = new();
    private Entry[] _entries;

    /// <summary>A catalogue of the given transports.</summary>
    public TransportCatalog(IEnumerable<TransportDescriptor> descriptors) => _entries = [.. descriptors.Select(static d => new Entry(d.Name, () => d))];

    private TransportCatalog(Entry[] entries) => _entries = entries;

    /// <summary>What <c>Tpm2.Open</c> uses: every transport of this assembly, Windows' own, and what adapters add.</summary>
    public static TransportCatalog Default { get; } = new(new Entry[]
    {
        // A transport's code is loaded when it is named, not before: hence the name apart from the description.
        new("auto", static () => AutoTransport.Descriptor),
        new("device", static () => Linux.DeviceTransport.Descriptor),
        new("tbs", static () => Tbs.TbsTransport.Descriptor),
        new("spidev", static () => Spi.SpidevTransport.Descriptor),
        new("i2cdev", static () => I2c.I2cdevTransport.Descriptor),
        new("spi-ltt2go", static () => Usb.Ltt2goTransport.Descriptor),
        new("spi-ftdi", static () => Usb.FtdiSpiTransport.Descriptor),
        new("i2c-ftdi", static () => Usb.FtdiI2cTransport.Descriptor),
        new("swtpm", static () => Simulators.SwtpmTransport.Descriptor),
        new("mssim", static () => Simulators.MssimTransport.Descriptor),
        new("raw", static () => Simulators.RawTransport.Descriptor),
        new("mmio", static () => Mmio.MmioTransport.Descriptor),
        new("cmd", static () => Processes.CommandTransport.Descriptor),
        new("libtpms", static () => Simulators.LibtpmsTransport.Descriptor),
        new("replay", static () => ReplayTransport.Descriptor),
    });

    /// <summary>The transports, in the order in which <c>auto</c> tries them.</summary>
    public IReadOnlyList<TransportDescriptor> Descriptors => [.. _entries.Select(static e => e.Describe())];

    /// <summary>Adds a transport, such as one of an adapter package.</summary>
    /// <exception cref="ArgumentException">There is a transport of that name.</exception>
    public void Add(TransportDescriptor descriptor)
    {
        ArgumentNullException.ThrowIfNull(descriptor);
        Add(descriptor.Name, () => descriptor);
    }

    /// <summary>Adds a transport whose code is not loaded before somebody names it.</summary>
    /// <param name="name">The name before the colon of a connection string.</param>
    /// <param name="describe">Gives the description, which has that name.</param>
    /// <exception cref="ArgumentException">There is a transport of that name.</exception>
    public void Add(string name, Func<TransportDescriptor> describe)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(describe);
        lock (_adding)
        {
            if (Array.Exists(_entries, e => e.Name == name))
            {
                throw new ArgumentException($"There is a transport '{name}' already.", nameof(name));
            }

            _entries = [.. _entries, new Entry(name, describe)];
        }
    }

    /// <summary>
    /// Opens the transport that a connection string describes: <c>name</c> or <c>name:config</c>, also with the name
    /// spelled as the library that tpm2-tss would load (<c>libtss2-tcti-device.so.0:/dev/tpm0</c>).
    /// </summary>
    /// <param name="connectionString">The connection string. <see cref="ProtectionOptions"/> are refused: a transport passes bytes on as they are.</param>
    /// <param name="wire">Sees what goes over the wire, from the first transfer on, where the transport drives one itself (<c>spidev</c>); null for nobody.</param>
    /// <exception cref="TpmTransportException">The string is not understood, or the transport can't be opened.</exception>
    public ITpmTransport Open(string connectionString, WireObserver? wire = null)
    {
        ParsedConnection parsed = Parse(connectionString, wire);
        return parsed.Protection.FirstGiven is not { } option ? parsed.Open() : throw new TpmTransportException(
            TpmFault.BadConnectionString,
            $"'{option}' in '{connectionString}' is about the protection of commands, and here bytes are passed on as they are.",
            advice: "Leave it out, or open a Tpm2 with it: Tpm2.Open, or TransportCatalog.OpenTpm.");
    }

    /// <summary>Opens the TPM that a connection string describes, with its <see cref="ProtectionOptions"/>.</summary>
    /// <param name="connectionString">The connection string.</param>
    /// <param name="options">How to treat the TPM, beside what the connection string says of it.</param>
    /// <exception cref="TpmTransportException">The string is not understood or contradicts the options, or the transport can't be opened.</exception>
    /// <exception cref="TpmTrustException">A pin or certificates that it names can't be read.</exception>
    public Tpm2 OpenTpm(string connectionString, Tpm2Options? options = null)
    {
        (ITpmTransport transport, Tpm2Options all) = OpenProtected(connectionString, options);
        try
        {
            return new(transport, all);
        }
        catch
        {
            transport.Dispose();
            throw;
        }
    }

    /// <summary>Opens the transport of a TPM and returns it with the options of the <see cref="Tpm2"/> on it, for programs that put a wrapper between the two.</summary>
    /// <param name="connectionString">The connection string.</param>
    /// <param name="options">How to treat the TPM, beside what the connection string says of it.</param>
    /// <param name="wire">As in <see cref="Open"/>.</param>
    /// <returns>The transport, and the options of the <see cref="Tpm2"/> that it is for.</returns>
    /// <exception cref="TpmTransportException">The string is not understood or contradicts the options, or the transport can't be opened.</exception>
    /// <exception cref="TpmTrustException">Certificates that it names can't be read.</exception>
    public (ITpmTransport Transport, Tpm2Options Options) OpenProtected(string connectionString, Tpm2Options? options = null, WireObserver? wire = null)
    {
        ParsedConnection parsed = Parse(connectionString, wire);
        Tpm2Options all = parsed.Protection.AddTo(options ?? new());
        return (parsed.Open(), all);
    }

    /// <summary>
    /// Looks for the TPMs of this machine: opens, and closes again, what each transport finds worth trying. One is
    /// tried when the caller asks for the next result. What may be something else comes last, and is not tried.
    /// </summary>
    public IEnumerable<ProbeResult> Probe()
    {
        foreach ((string candidate, string kind) in Candidates())
        {
            (ITpmTransport? transport, ProbeResult result) = Try(candidate, kind);
            transport?.Dispose();
            yield return result;
        }

        foreach (TransportDescriptor descriptor in Descriptors.Where(static d => d.IsSupportedHere))
        {
            foreach ((string candidate, string why) in descriptor.FindUnasked())
            {
                yield return new ProbeResult(candidate, descriptor.Name, null, null) { WhyUntried = why };
            }
        }
    }

    /// <summary>Opens the first TPM of this machine that can be opened.</summary>
    /// <exception cref="TpmTransportException">There is none; evidence and advice say why for each that was tried.</exception>
    public ITpmTransport OpenFirst()
    {
        var failures = new List<ProbeResult>();
        foreach ((string candidate, string kind) in Candidates())
        {
            (ITpmTransport? transport, ProbeResult result) = Try(candidate, kind);
            if (transport is not null)
            {
                return transport;
            }

            failures.Add(result);
        }

        throw AutoTransport.NothingFound(failures);
    }

    private IEnumerable<(string Candidate, string Kind)> Candidates() =>
        from entry in _entries
        let descriptor = entry.Describe()
        where descriptor.IsSupportedHere
        from candidate in descriptor.FindCandidates()
        select (candidate, descriptor.Name);

    private (ITpmTransport? Transport, ProbeResult Result) Try(string candidate, string kind)
    {
        try
        {
            ITpmTransport transport = Open(candidate);
            return (transport, new ProbeResult(candidate, kind, transport.Info, null));
        }
        catch (TpmTransportException failure)
        {
            return (null, new ProbeResult(candidate, kind, null, failure));
        }
    }

    /// <summary>Reads a connection string, without opening anything.</summary>
    /// <exception cref="TpmTransportException">The string is not understood.</exception>
    internal ParsedConnection Parse(string connectionString, WireObserver? wire = null)
    {
        ArgumentNullException.ThrowIfNull(connectionString);
        (string name, string config) = TctiName.Split(connectionString);
        return ParsedConnection.Of(Find(name) ?? throw Unknown(connectionString, name), connectionString, config, wire);
    }

    private TransportDescriptor? Find(string name) => Array.Find(_entries, e => e.Name == name).Describe?.Invoke();

    private TpmTransportException Unknown(string connectionString, string name) => TctiName.WhyNot(name) is { } reason
        ? new TpmTransportException(TpmFault.NotSupported, $"'{connectionString}' can't be opened: {reason.What}", advice: reason.Advice)
        : new TpmTransportException(
            TpmFault.BadConnectionString,
            $"The connection string '{connectionString}' names no transport that is known here.",
            advice: "Known are: " + string.Join(", ", _entries.Select(static e => e.Name)) + ".");

    private readonly record struct Entry(string Name, Func<TransportDescriptor> Describe);
}
