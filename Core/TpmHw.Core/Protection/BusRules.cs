using TpmHw.Spec;

namespace TpmHw.Protection;

/// <summary>What a command may not do on a protected bus.</summary>
internal static class BusRules
{
    /// <summary>Refuses a command with a secret where no session encrypts: a session takes the first parameter alone (Part 1, 21.1).</summary>
    /// <exception cref="TpmSessionException">It is such a command.</exception>
    public static void ThrowIfInClear<TCommand>(in TCommand command)
        where TCommand : ITpmMessage<TCommand>
    {
        if (command is ISecretInClear { InClear: { } instead })
        {
            throw new TpmSessionException(TpmSessionFault.InClear, $"A secret of {TCommand.Info.Code.CommandName()} would cross the bus in clear. {instead}");
        }
    }
}
