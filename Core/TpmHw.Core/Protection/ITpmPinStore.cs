using TpmHw.Spec;

namespace TpmHw;

/// <summary>
/// Remembers a TPM from one run of a program to the next: the Name of the key that sessions are salted with is kept at first
/// use, and the TPM must have that key ever after.
/// </summary>
/// <remarks>A <see cref="TpmPinFile"/> is the one that most programs need. A store must never replace a Name that it keeps.</remarks>
public interface ITpmPinStore
{
    /// <summary>Where the Name is kept, as advice names it: "the file '/var/lib/app/tpm.pin'".</summary>
    string Place => "the pin store";

    /// <summary>The Name that is kept, or null if none is kept yet.</summary>
    /// <exception cref="TpmException">What is kept can't be read or understood. It must not be taken for nothing.</exception>
    Tpm2bName? Find();

    /// <summary>Keeps a Name: of a key that the TPM has proved to have. Does nothing if that Name is kept already.</summary>
    /// <param name="name">The Name.</param>
    /// <exception cref="TpmSessionException">Another Name is kept (<see cref="TpmSessionFault.TpmReplaced"/>).</exception>
    /// <exception cref="TpmException">The Name can't be kept.</exception>
    void Keep(Tpm2bName name);
}
