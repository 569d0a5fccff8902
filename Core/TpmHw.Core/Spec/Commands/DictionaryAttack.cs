namespace TpmHw.Spec.Commands;

/// <summary>TPM2_DictionaryAttackLockReset: ends a lockout (Part 3, 25.2).</summary>
/// <param name="LockHandle">Lockout.</param>
[TpmCommand(TpmCc.DictionaryAttackLockReset)]
public readonly partial record struct DictionaryAttackLockReset([Handle(Auth.User)] TpmHandle LockHandle);

/// <summary>TPM2_DictionaryAttackParameters: sets when the TPM locks out whoever guesses (Part 3, 25.3).</summary>
/// <param name="LockHandle">Lockout.</param>
/// <param name="NewMaxTries">How many wrong guesses it takes; 0 for always locked out.</param>
/// <param name="NewRecoveryTime">The seconds after which a guess is forgiven; 0 for no protection.</param>
/// <param name="LockoutRecovery">The seconds after which lockout itself may be tried again; 0 for after the next reset.</param>
[TpmCommand(TpmCc.DictionaryAttackParameters)]
public readonly partial record struct DictionaryAttackParameters(
    [Handle(Auth.User)] TpmHandle LockHandle, uint NewMaxTries, uint NewRecoveryTime, uint LockoutRecovery);
