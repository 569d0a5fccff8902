using System.Globalization;
using TpmHw.Wire;

namespace TpmHw.Tbs;

/// <summary>What TBS_RESULT means: the fault here, name, words and advice in <see cref="TpmResponseCode"/>.</summary>
internal static class TbsError
{
    public const uint Success = 0;
    public const uint InvalidContext = 0x80284004;
    public const uint InsufficientBuffer = 0x80284005;
    public const uint ServiceStartPending = 0x8028400B;
    public const uint CommandCanceled = 0x8028400D;
    public const uint BadParameter = 0x80284002;

    private const uint AccessDenied = 0x80284012;
    private const uint EAccessDenied = 0x80070005; // Windows' general code for the same

    /// <summary>Whether it is an answer in the TPM's place (0x8028xxxx below the codes of TBS itself), which can come as a result or in a response.</summary>
    public static bool IsAnswer(uint result) => result is >= 0x80280000 and < 0x80284000;

    /// <summary>Whether the context is of no use any more.</summary>
    public static bool EndsContext(uint result) => FaultOf(result) is TpmFault.Disconnected or TpmFault.ServiceNotRunning;

    /// <summary>The exception for a result that is an error.</summary>
    /// <param name="function">The function that gave it.</param>
    /// <param name="result">The result.</param>
    /// <param name="consequence">What follows from it for the caller; empty where nothing does.</param>
    public static TpmTransportException Of(string function, uint result, string consequence = "")
    {
        var code = new TpmResponseCode(result == EAccessDenied ? AccessDenied : result);
        string words = code.Format == TpmResponseFormat.Windows ? code.Description : "Windows reported an error that is not one of the TPM Base Services.";
        string[] advice = [code.Format == TpmResponseFormat.Windows ? code.Advice : "Look the number up as an HRESULT.", consequence];
        return new TpmTransportException(
            FaultOf(result),
            words,
            string.Create(CultureInfo.InvariantCulture, $"{function}: {code.Name} (0x{result:X8})"),
            string.Join(' ', advice.Where(static a => a.Length > 0)));
    }

    internal static TpmFault FaultOf(uint result) => result switch
    {
        0x80284001 => TpmFault.InputOutput,         // TBS_E_INTERNAL_ERROR
        BadParameter => TpmFault.ProtocolViolation,
        0x80284003 => TpmFault.ProtocolViolation,   // TBS_E_INVALID_OUTPUT_POINTER
        InvalidContext => TpmFault.Disconnected,
        InsufficientBuffer => TpmFault.BadResponse,
        0x80284006 => TpmFault.InputOutput,         // TBS_E_IOERROR
        0x80284007 => TpmFault.NotSupported,        // TBS_E_INVALID_CONTEXT_PARAM
        0x80284008 => TpmFault.ServiceNotRunning,   // TBS_E_SERVICE_NOT_RUNNING
        0x80284009 => TpmFault.Busy,                // TBS_E_TOO_MANY_TBS_CONTEXTS
        0x8028400A => TpmFault.Busy,                // TBS_E_TOO_MANY_RESOURCES
        ServiceStartPending => TpmFault.ServiceNotRunning,
        0x8028400C => TpmFault.NotSupported,        // TBS_E_PPI_NOT_SUPPORTED
        CommandCanceled => TpmFault.Aborted,
        0x8028400E => TpmFault.ProtocolViolation,   // TBS_E_BUFFER_TOO_LARGE
        0x8028400F => TpmFault.NotFound,            // TBS_E_TPM_NOT_FOUND
        0x80284010 => TpmFault.ServiceNotRunning,   // TBS_E_SERVICE_DISABLED
        0x80284011 => TpmFault.NotFound,            // TBS_E_NO_EVENT_LOG
        AccessDenied or EAccessDenied => TpmFault.AccessDenied,
        0x80284013 => TpmFault.AccessDenied,        // TBS_E_PROVISIONING_NOT_ALLOWED
        0x80284014 => TpmFault.NotSupported,        // TBS_E_PPI_FUNCTION_UNSUPPORTED
        0x80284015 => TpmFault.NotFound,            // TBS_E_OWNERAUTH_NOT_FOUND
        0x80284016 => TpmFault.NotReady,            // TBS_E_PROVISIONING_INCOMPLETE, TBS_E_DEACTIVATED
        _ => TpmFault.InputOutput,
    };
}
