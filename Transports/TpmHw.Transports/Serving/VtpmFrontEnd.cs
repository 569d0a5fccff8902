using System.Security.Cryptography;
using TpmHw.Transport;
using TpmHw.Transports.Linux;
using TpmHw.Wire;

namespace TpmHw.Transports.Serving;

/// <summary>A TPM device of Linux's own, /dev/tpmN and /dev/tpmrmN. The kernel is one client, whoever uses them.</summary>
internal sealed class VtpmFrontEnd : FrontEnd
{
    // The kernel's start of a TPM ends with a self-test, for which it allows two seconds; a busy machine takes longer.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(20);

    public VtpmFrontEnd(TransportSettings settings, FrontEndHost host)
        : this(settings, host, VtpmDevice.Create)
    {
    }

    /// <param name="settings">What the user wants.</param>
    /// <param name="host">What is served.</param>
    /// <param name="create">Has the kernel make a device for a TPM of that family.</param>
    internal VtpmFrontEnd(TransportSettings settings, FrontEndHost host, Func<TpmFamily, VtpmDevice> create)
        : base(settings, host) => Add(new Listener(this, create));

    public static FrontEndDescriptor Descriptor { get; } = new()
    {
        Name = "vtpm",
        Summary = "Linux: a TPM device of the system, /dev/tpmN and /dev/tpmrmN, by the kernel's vTPM proxy",
        Example = "vtpm",
        Options = CommonOptions(objects: "64", sessions: "48"), // for all programs together
    };

    private TpmFamily AskFamily()
    {
        if (Host.Share.Info.Family is { } family)
        {
            return family;
        }

        using ITpmTransport tpm = Host.Share.Connect(Name);
        return FamilyProbe.Find(tpm);
    }

    private sealed class Listener(VtpmFrontEnd frontEnd, Func<TpmFamily, VtpmDevice> create) : IListener
    {
        private readonly byte[] _command = new byte[VtpmAbi.BufferSize];
        private VtpmDevice? _device;
        private Thread? _thread;
        private volatile bool _stopping;

        public void Start()
        {
            _device = create(frontEnd.AskFamily());
            _thread = new Thread(Serve) { IsBackground = true, Name = $"tpm client {_device.Name}" };
            _thread.Start();
            WaitUntilThere(_device, _thread);
            ServerLog.Listening(frontEnd.Host.Log, frontEnd.Name, _device.Name);
        }

        public void StopTaking()
        {
            _stopping = true;
            _device?.File.Wake();
        }

        public bool Drain(Deadline deadline) => _thread is null || _thread.Join(Math.Max(0, deadline.RemainingMilliseconds));

        public void Dispose() => StopTaking(); // the thread closes the file: its number must stay its own until then

        /// <summary>The kernel starts and tests the TPM before it makes the nodes, and gives up at once what fails that.</summary>
        private static void WaitUntilThere(VtpmDevice device, Thread serving)
        {
            var deadline = Deadline.After(s_patience);
            bool gone = false;
            while (!device.IsThere)
            {
                if (gone || deadline.HasPassed)
                {
                    throw new TpmTransportException(
                        gone ? TpmFault.Disconnected : TpmFault.Timeout,
                        $"The kernel does not take this TPM as {device.Name}.",
                        gone ? "It has given the device up." : $"{device.LastNode} is not there after {deadline}.",
                        "The kernel's log says why: sudo dmesg | grep tpm.");
                }

                gone = serving.Join(s_look);
            }
        }

        private void Serve()
        {
            using IDeviceFile file = _device!.File;
            using ServedClient client = frontEnd.NewClient();
            byte[] response = new byte[client.Info.MaxResponseSize];
            try
            {
                while (!_stopping && TryRead(file, out int count))
                {
                    int length = Answer(client, _command.AsSpan(0, count), response);
                    int written = file.Write(response.AsSpan(0, length));
                    CryptographicOperations.ZeroMemory(_command.AsSpan(0, count));
                    CryptographicOperations.ZeroMemory(response.AsSpan(0, length));
                    if (written < 0)
                    {
                        ServerLog.DeviceTooLate(frontEnd.Host.Log, frontEnd.Name, _device.Name);
                    }
                }
            }
            catch (Exception e)
            {
                // A failure here must not end the other front ends.
                ServerLog.ServingFailed(frontEnd.Host.Log, e, _device.Name);
            }

            if (!_stopping)
            {
                ServerLog.DeviceGone(frontEnd.Host.Log, frontEnd.Name, _device.Name);
            }
        }

        /// <summary>Waits for a command; false where none will come any more.</summary>
        private bool TryRead(IDeviceFile file, out int count)
        {
            count = 0;
            DeviceEvents events;
            do
            {
                events = file.Wait(Timeout.Infinite);
            }
            while (events == DeviceEvents.None);

            if ((events & DeviceEvents.Readable) != 0 && (events & DeviceEvents.Woken) == 0)
            {
                count = file.Read(_command);
            }

            return count > 0;
        }

        private int Answer(ServedClient client, ReadOnlySpan<byte> command, Span<byte> response)
        {
            if (command.Length < TpmHeader.Size)
            {
                return Refusal.CommandSize.Write(default, response);
            }

            TpmHeader header = TpmHeader.Read(command);
            if (header.TotalSize != command.Length || command.Length > client.Info.MaxCommandSize)
            {
                return Refusal.CommandSize.Write(header, response);
            }

            if (header.Code != VtpmAbi.SetLocality)
            {
                return client.Execute(command, response);
            }

            // The kernel sends this one itself and lets nobody else send it.
            return command.Length == TpmHeader.Size + 1 && command[^1] <= frontEnd.MaxLocality && client.TrySetLocality(command[^1])
                ? Refusal.None.Write(header, response)
                : Refusal.Locality.Write(header, response);
        }
    }
}
