using TpmHw.Spec;
using TpmHw.Spec.Commands;

namespace TpmHw.Execution;

/// <summary>Sends commands within a turn that its user holds already. Who implements it says whether they are protected.</summary>
internal interface ICommandSender
{
    /// <summary>Sends a command and reads all of its response.</summary>
    /// <exception cref="TpmCommandException">The TPM answered with an error.</exception>
    TResponse Run<TCommand, TResponse>(in TCommand command, CancellationToken cancellationToken)
        where TCommand : ITpmCommand<TCommand, TResponse>
        where TResponse : ITpmMessage<TResponse>;
}

internal static class CommandSenderExtensions
{
    /// <summary>Removes an object or a session from the TPM, if it is still there.</summary>
    public static void TryFlush(this ICommandSender tpm, TpmHandle handle)
    {
        try
        {
            tpm.Run<FlushContext, TpmEmptyResponse>(new(handle), CancellationToken.None);
        }
        catch (TpmCommandException)
        {
            // It is not there any more.
        }
    }
}
