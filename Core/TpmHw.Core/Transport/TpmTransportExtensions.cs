namespace TpmHw;

/// <summary>A transport that passes commands on to another one and adds something on the way.</summary>
public interface ITpmTransportWrapper : ITpmTransport
{
    /// <summary>The transport below.</summary>
    ITpmTransport Inner { get; }
}

/// <summary>What can be asked of any transport.</summary>
public static class TpmTransportExtensions
{
    /// <summary>Finds an ability (such as <see cref="ITpmLocality"/>) of this transport or of the one it wraps.</summary>
    /// <returns>The ability, or null where no layer has it.</returns>
    public static T? FindAbility<T>(this ITpmTransport transport) where T : class
    {
        for (ITpmTransport? layer = transport; layer is not null; layer = (layer as ITpmTransportWrapper)?.Inner)
        {
            if (layer is T ability)
            {
                return ability;
            }
        }

        return null;
    }
}
