using System.Globalization;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using TpmHw.Tbs.Native;

namespace TpmHw.Tbs;

/// <content>What Windows offers beside commands.</content>
public sealed partial class TbsTransport
{
    // What a log may grow to, and how often it may grow while it is read.
    private const uint LargestLog = 16 * 1024 * 1024;
    private const int LogTries = 8;
    private const int UsualAuthorizationSize = 64;
    private const int PhysicalPresenceSize = 4096;

    private unsafe delegate uint Reading(byte* output, ref uint size);

    /// <inheritdoc/>
    public string ReadImplementationInfo()
    {
        TbsDeviceInfo info = TbsDeviceInfo.Read();
        string family = info.Family switch { TpmFamily.Tpm12 => "\"1.2\"", TpmFamily.Tpm20 => "\"2.0\"", _ => "null" };
        return string.Create(CultureInfo.InvariantCulture, $$"""{"family": {{family}}, "interface": "{{info.Interface}}", "revision": {{info.Revision}}}""");
    }

    /// <inheritdoc/>
    public unsafe byte[] ReadEventLog(TpmEventLogKind kind = TpmEventLogKind.Current)
    {
        if (!Enum.IsDefined(kind))
        {
            throw new ArgumentOutOfRangeException(nameof(kind));
        }

        // The newer function knows all logs, the older one the current one only.
        bool newer = kind != TpmEventLogKind.Current || TbsLibrary.Has(nameof(TbsNative.Tbsi_Get_TCG_Log_Ex));
        if (newer)
        {
            TbsLibrary.Require(nameof(TbsNative.Tbsi_Get_TCG_Log_Ex));
        }

        return Within(() => newer
            ? ReadLog(nameof(TbsNative.Tbsi_Get_TCG_Log_Ex), (byte* log, ref uint size) => TbsNative.Tbsi_Get_TCG_Log_Ex((uint)kind, log, ref size))
            : ReadLog(nameof(TbsNative.Tbsi_Get_TCG_Log), (byte* log, ref uint size) => TbsNative.Tbsi_Get_TCG_Log(_context.Handle, log, ref size)));
    }

    /// <inheritdoc/>
    public unsafe byte[] PhysicalPresence(ReadOnlySpan<byte> request)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(request.Length, sizeof(uint), nameof(request));
        byte[] input = request.ToArray();
        return Within(() =>
        {
            byte[] output = new byte[PhysicalPresenceSize];
            uint size = PhysicalPresenceSize;
            fixed (byte* inputBytes = input)
            fixed (byte* outputBytes = output)
            {
                Check(nameof(TbsNative.Tbsi_Physical_Presence_Command), TbsNative.Tbsi_Physical_Presence_Command(_context.Handle, inputBytes, (uint)input.Length, outputBytes, ref size));
            }

            return output[..(int)Math.Min(size, PhysicalPresenceSize)];
        });
    }

    /// <inheritdoc/>
    public unsafe byte[] ReadOwnerAuthorization(TbsOwnerAuthorization kind)
    {
        TbsLibrary.Require(nameof(TbsNative.Tbsi_Get_OwnerAuth));
        return Within(() =>
        {
            uint size = UsualAuthorizationSize;
            while (true)
            {
                byte[] secret = GC.AllocateArray<byte>((int)size, pinned: true);
                uint room = size;
                uint result = TbsNative.Tbsi_Get_OwnerAuth(_context.Handle, (uint)kind, (byte*)Unsafe.AsPointer(ref secret[0]), ref size);
                byte[] whole = result == TbsError.Success ? secret[..(int)Math.Min(size, room)] : [];
                CryptographicOperations.ZeroMemory(secret);
                if (result != TbsError.InsufficientBuffer || size <= room || size > PhysicalPresenceSize)
                {
                    Check(nameof(TbsNative.Tbsi_Get_OwnerAuth), result);
                    return whole;
                }
            }
        });
    }

    /// <inheritdoc/>
    public void RevokeAttestation()
    {
        TbsLibrary.Require(nameof(TbsNative.Tbsi_Revoke_Attestation));
        Exclusively(() => Check(nameof(TbsNative.Tbsi_Revoke_Attestation), TbsNative.Tbsi_Revoke_Attestation()));
    }

    /// <inheritdoc/>
    public void CreateWindowsKey(uint handle)
    {
        TbsLibrary.Require(nameof(TbsNative.Tbsi_Create_Windows_Key));
        Exclusively(() => Check(nameof(TbsNative.Tbsi_Create_Windows_Key), TbsNative.Tbsi_Create_Windows_Key(handle)));
    }

    /// <summary>Asks for the size, then for the log, which may have grown in between.</summary>
    private unsafe byte[] ReadLog(string function, Reading read)
    {
        uint size = 0;
        uint result = read(null, ref size);
        for (int tries = 0; tries < LogTries; tries++)
        {
            // The size alone is a success or an error: the two functions differ.
            if (result is not (TbsError.Success or TbsError.InsufficientBuffer) || size > LargestLog)
            {
                break;
            }

            if (size == 0)
            {
                return [];
            }

            byte[] log = new byte[size];
            fixed (byte* bytes = log)
            {
                result = read(bytes, ref size);
            }

            if (result == TbsError.Success && size <= log.Length)
            {
                return log[..(int)size];
            }
        }

        throw Failure(function, result == TbsError.Success ? TbsError.InsufficientBuffer : result);
    }

    /// <summary>Runs something in the context, under the one-caller rule, and in a new one where Windows has ended it.</summary>
    private T Within<T>(Func<T> action) => Exclusively(() =>
    {
        Recover(CancellationToken.None);
        return action();
    });

    private void Check(string function, uint result)
    {
        if (result != TbsError.Success)
        {
            throw Failure(function, result);
        }
    }

    private TpmTransportException Failure(string function, uint result)
    {
        _contextHasEnded |= TbsError.EndsContext(result);
        return TbsError.Of(function, result);
    }
}
