using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using TpmHw.Transport;
using TpmHw.Wire;

namespace TpmHw.Transports.Simulators;

/// <summary>libtpms in this process: a whole TPM 2.0 or 1.2 without a daemon, forgotten at the end or kept in a folder.</summary>
public sealed unsafe partial class LibtpmsTransport : TpmTransport, ITpmLocality, ITpmReset, ITpmHashSequence, ITpmEstablished, ITpmPhysicalPresence, ITpmImplementationInfo
{
    // libtpms and its callbacks answer with TPM 1.2's result codes for both families.
    private const uint Success = Tpm12Rc.Success;
    private const uint Failed = Tpm12Rc.Fail;
    private const uint InputOutputError = Tpm12Rc.IoError;
    private const uint NothingStored = Tpm12Rc.Retry;

    private static readonly byte[] s_shutdown = PowerUp.ShutdownCommand();

    private readonly LibtpmsImage _image;
    private readonly LibtpmsStore _store;
    private readonly TpmFamily _family;
    private readonly byte* _command;
    private readonly Lock _stopping = new();
    private byte* _response;
    private uint _responseRoom;
    private int _locality;
    private long _commands;
    private long _running; // the number of the command that runs, 0 where none does
    private Exception? _storeError;

    private LibtpmsTransport(string connectionString, TpmFamily family, string? folder)
    {
        _family = family;
        Info = new TpmTransportInfo { Kind = "libtpms", Name = connectionString, Family = family, CrossesWire = false };
        _store = folder is null || !OperatingSystem.IsLinux() ? new VolatileLibtpmsStore() : new FolderLibtpmsStore(folder, family == TpmFamily.Tpm20 ? "tpm2-" : "tpm12-");
        try
        {
            _image = LibtpmsImage.Rent(connectionString);
        }
        catch
        {
            _store.Dispose();
            throw;
        }

        _command = (byte*)NativeMemory.Alloc(TpmTransportInfo.UsualSize);
        try
        {
            PowerOn();
        }
        catch
        {
            Release();
            throw;
        }
    }

    /// <summary>How connection strings describe it.</summary>
    public static TransportDescriptor Descriptor { get; } = new()
    {
        Name = "libtpms",
        Summary = "a software TPM in this process (libtpms)",
        Example = "libtpms:/var/lib/mytpm",
        Platforms = ["Linux"],
        Options =
        [
            new("state", "folder that keeps the TPM's state; without it the TPM is new each time", TransportOptionKind.Path) { IsPositional = true },
            new("version", "family of the TPM", TransportOptionKind.Choice, "2.0") { Choices = ["2.0", "1.2"] },
        ],
        Open = settings => new LibtpmsTransport(
            settings.ConnectionString,
            settings.Text("version") == "1.2" ? TpmFamily.Tpm12 : TpmFamily.Tpm20,
            settings.Text("state")),
    };

    /// <inheritdoc/>
    public override TpmTransportInfo Info { get; }

    /// <inheritdoc/>
    public int Locality
    {
        get => _locality;
        set
        {
            CheckLocality(value);
            _locality = value;
        }
    }

    /// <inheritdoc/>
    public bool PhysicalPresence { get; set; }

    /// <inheritdoc/>
    public void Reset() => Call(() =>
    {
        PowerOff();
        PowerOn();
        return true;
    });

    /// <inheritdoc/>
    public void HashStart() => Call(() => Check(_image.HashStart(), "TPM_IO_Hash_Start"));

    /// <inheritdoc/>
    public void HashData(ReadOnlySpan<byte> data)
    {
        byte[] copy = data.ToArray();
        Call(() =>
        {
            fixed (byte* bytes = copy)
            {
                return Check(_image.HashData(bytes, (uint)copy.Length), "TPM_IO_Hash_Data");
            }
        });
    }

    /// <inheritdoc/>
    public void HashEnd() => Call(() => Check(_image.HashEnd(), "TPM_IO_Hash_End"));

    /// <inheritdoc/>
    public bool ReadEstablished() => Call(() =>
    {
        byte established;
        Check(_image.EstablishedGet(&established), "TPM_IO_TpmEstablished_Get");
        return established != 0;
    });

    /// <inheritdoc/>
    public void ResetEstablished(int locality)
    {
        CheckLocality(locality);
        Call(() =>
        {
            int before = _locality;
            _locality = locality;
            try
            {
                return Check(_image.EstablishedReset(), "TPM_IO_TpmEstablished_Reset");
            }
            finally
            {
                _locality = before;
            }
        });
    }

    /// <inheritdoc/>
    public string ReadImplementationInfo() => Call(() =>
    {
        const int Everything = 7; // TPMLIB_INFO_TPMSPECIFICATION | _TPMATTRIBUTES | _TPMFEATURES
        byte* text = _image.GetInfo(Everything);
        string json = Encoding.UTF8.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(text));
        _image.Free(text);
        return json;
    });

    /// <inheritdoc/>
    protected override int Exchange(ReadOnlySpan<byte> command, Span<byte> response, CancellationToken cancellationToken)
    {
        Volatile.Write(ref _running, ++_commands);
        CancellationTokenRegistration cancel = cancellationToken.CanBeCanceled
            ? cancellationToken.UnsafeRegister(static transport => ((LibtpmsTransport)transport!).AskToStop(), this)
            : default;
        try
        {
            return Process(command, response);
        }
        finally
        {
            lock (_stopping)
            {
                _running = 0;
            }

            cancel.Dispose();
        }
    }

    /// <inheritdoc/>
    protected override void Recover(CancellationToken cancellationToken)
    {
        // A call into the library has always ended when it returns: there is nothing to get back into step with.
    }

    /// <inheritdoc/>
    protected override void Interrupt() => AskToStop();

    /// <inheritdoc/>
    protected override void Release()
    {
        try
        {
            if (_family == TpmFamily.Tpm20)
            {
                // As a good host does before power goes: without it a later start counts as a crash.
                Process(s_shutdown, stackalloc byte[TpmTransportInfo.UsualSize]);
            }
        }
        catch (TpmTransportException)
        {
            // The state can't be stored; whoever sent the last command was told.
        }

        PowerOff();
        NativeMemory.Free(_command);
        _image.Free(_response);
        LibtpmsImage.Return(_image);
        _store.Dispose();
    }

    private int Process(ReadOnlySpan<byte> command, Span<byte> response)
    {
        // A copy, because the library decrypts parameters in place.
        var copy = new Span<byte>(_command, command.Length);
        command.CopyTo(copy);
        uint size;
        byte* buffer = _response;
        uint room = _responseRoom;
        s_current = this;
        uint result = _image.Process(&buffer, &size, &room, _command, (uint)command.Length);
        _response = buffer;
        _responseRoom = room;
        copy.Clear();
        ThrowIfStateWasLost();
        if (result != Success || size > (uint)response.Length)
        {
            throw new TpmTransportException(
                TpmFault.BadResponse,
                "libtpms did not answer the command.",
                string.Create(CultureInfo.InvariantCulture, $"TPMLIB_Process returned 0x{result:X}, {size} bytes"));
        }

        var answer = new Span<byte>(buffer, (int)size);
        answer.CopyTo(response);
        answer.Clear();
        return answer.Length;
    }

    /// <summary>
    /// Asks the running command to stop. The library forgets a request that comes before it has begun with the
    /// command, so the request is repeated until the command has left.
    /// </summary>
    private void AskToStop()
    {
        long command = Volatile.Read(ref _running);
        if (!TryStop(command))
        {
            return;
        }

        new Thread(() =>
        {
            do
            {
                Thread.Sleep(1);
            }
            while (TryStop(command));
        })
        { IsBackground = true, Name = "libtpms cancel" }.Start();
    }

    /// <summary>Asks a command to stop if it is still the one that runs; never the one after it.</summary>
    private bool TryStop(long command)
    {
        lock (_stopping)
        {
            if (command == 0 || _running != command)
            {
                return false;
            }

            _image.CancelCommand();
            return true;
        }
    }

    /// <summary>Calls the library with this TPM as the one that its callbacks are for.</summary>
    private T Call<T>(Func<T> function) => Exclusively(() =>
    {
        s_current = this;
        return function();
    });

    private void PowerOn()
    {
        s_current = this;
        var callbacks = new LibtpmsCallbacks
        {
            SizeOfStruct = sizeof(LibtpmsCallbacks),
            NvramInit = &NvramInit,
            NvramLoadData = &NvramLoadData,
            NvramStoreData = &NvramStoreData,
            NvramDeleteName = &NvramDeleteName,
            IoInit = &NvramInit,
            IoGetLocality = &IoGetLocality,
            IoGetPhysicalPresence = &IoGetPhysicalPresence,
        };
        Check(_image.ChooseTpmVersion(_family == TpmFamily.Tpm20 ? 1 : 0), "TPMLIB_ChooseTPMVersion");
        Check(_image.RegisterCallbacks(&callbacks), "TPMLIB_RegisterCallbacks");
        uint result = _image.MainInit();
        ThrowIfStateWasLost();
        if (result != Success)
        {
            throw new TpmTransportException(
                TpmFault.BadState,
                "libtpms can't start with the state that is stored.",
                string.Create(CultureInfo.InvariantCulture, $"TPMLIB_MainInit returned 0x{result:X}"),
                "The state was damaged, or written by a newer libtpms. A new folder makes a new TPM.");
        }
    }

    private void PowerOff()
    {
        s_current = this;
        _image.Terminate();
    }

    private bool Check(uint result, string function) => result == Success ? true : throw new TpmTransportException(
        TpmFault.NotSupported,
        $"libtpms refuses {function}.",
        string.Create(CultureInfo.InvariantCulture, $"it returned 0x{result:X} at locality {_locality}"));

    private void ThrowIfStateWasLost()
    {
        if (Interlocked.Exchange(ref _storeError, null) is { } error)
        {
            throw new TpmTransportException(TpmFault.BadState, "The TPM's state can't be read or written.", error.Message, "Check the state folder, its rights and the room left on its disk.", error);
        }
    }
}
