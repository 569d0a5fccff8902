using TpmHw.Tbs.Native;
using TpmHw.Transport;

namespace TpmHw.Tbs;

/// <summary>A context of the TPM Base Services: one client's view of the TPM.</summary>
internal sealed unsafe class TbsContext : IDisposable
{
    // The service is started on demand, and says so while it starts.
    private static readonly TimeSpan s_starting = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_betweenTries = TimeSpan.FromMilliseconds(50);

    private const uint VersionOne = 1;
    private const uint VersionTwo = 2;

    private TbsContext(TbsContextHandle handle) => Handle = handle;

    /// <summary>The context's handle.</summary>
    public TbsContextHandle Handle { get; }

    /// <summary>Opens a context, once the service has started.</summary>
    public static TbsContext Open(TbsVersion version, bool raw, TpmClock clock, CancellationToken cancellationToken)
    {
        _ = TbsLibrary.Handle; // says best why there is none
        TbsContextParams parameters = ParametersFor(version, raw);
        var deadline = Deadline.After(s_starting, clock);
        while (true)
        {
            uint result = TbsNative.Tbsi_Context_Create(parameters, out TbsContextHandle handle);
            if (result == TbsError.Success)
            {
                return new TbsContext(handle);
            }

            handle.Dispose();
            if (result != TbsError.ServiceStartPending || deadline.HasPassed)
            {
                throw TbsError.Of(nameof(TbsNative.Tbsi_Context_Create), result);
            }

            clock.Wait(s_betweenTries, cancellationToken);
        }
    }

    /// <summary>Sends a command and blocks until there is a result.</summary>
    /// <returns>The result, and with success the size of the response.</returns>
    public uint Submit(ReadOnlySpan<byte> command, Span<byte> response, int locality, TbsPriority priority, out uint responseSize)
    {
        responseSize = (uint)response.Length;
        fixed (byte* commandBytes = command)
        fixed (byte* responseBytes = response)
        {
            return TbsNative.Tbsip_Submit_Command(
                Handle, (uint)locality, (uint)priority, commandBytes, (uint)command.Length, responseBytes, ref responseSize);
        }
    }

    /// <summary>Asks Windows to end the commands of this context. What comes of it is the running command's result.</summary>
    public void Cancel() => _ = TbsNative.Tbsip_Cancel_Commands(Handle);

    public void Dispose() => Handle.Dispose();

    internal static TbsContextParams ParametersFor(TbsVersion version, bool raw)
    {
        TbsContextFlags flags = (raw ? TbsContextFlags.RequestRaw : 0) | version switch
        {
            TbsVersion.Tpm12 => TbsContextFlags.IncludeTpm12,
            TbsVersion.Tpm20 => TbsContextFlags.IncludeTpm20,
            _ => TbsContextFlags.IncludeTpm12 | TbsContextFlags.IncludeTpm20,
        };

        // What TPM 1.2 needs was there before the flags were.
        return flags == TbsContextFlags.IncludeTpm12
            ? new() { Version = VersionOne }
            : new() { Version = VersionTwo, Flags = flags };
    }
}
