using TpmHw.Spec;

namespace TpmHw.Sessions;

/// <summary>What a transient object or a session belongs to: it removes them from the TPM, and knows of resets.</summary>
internal interface IHandleOwner
{
    /// <summary>Changes when the TPM is known to have been reset.</summary>
    int Epoch { get; }

    /// <summary>Keeps a handle that has to leave the TPM, and watches over its owner if the user wants to hear of leaks.</summary>
    LeakWatch Register(TpmHandle handle);

    /// <summary>Forgets a handle that has left the TPM already.</summary>
    void Release(TpmHandle handle);

    /// <summary>Removes a handle from the TPM if it is still there.</summary>
    /// <param name="handle">The handle.</param>
    /// <param name="epoch">The epoch in which it was made: after a reset it can be another's.</param>
    void Flush(TpmHandle handle, int epoch);
}

internal static class HandleOwnerExtensions
{
    /// <summary>Checks that the TPM was not reset since something was made in it.</summary>
    /// <exception cref="TpmSessionException">It was.</exception>
    public static void ThrowIfBefore(this IHandleOwner owner, int epoch, string what)
    {
        if (epoch != owner.Epoch)
        {
            throw new TpmSessionException(TpmSessionFault.TpmReset, $"{what} is lost: the TPM was reset since it was made.");
        }
    }
}
