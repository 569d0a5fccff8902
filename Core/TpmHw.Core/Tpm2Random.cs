using TpmHw.Execution;
using TpmHw.Spec;
using TpmHw.Spec.Commands;
using TpmHw.Wire;

namespace TpmHw;

public sealed partial class Tpm2
{
    /// <summary>Fills <paramref name="destination"/> with random bytes from the TPM, in as many commands as that takes.</summary>
    /// <exception cref="TpmCommandException">The TPM answered with an error.</exception>
    public void GetRandom(Span<byte> destination, CancellationToken cancellationToken = default)
    {
        while (!destination.IsEmpty)
        {
            destination = destination[GetSomeRandom(destination, cancellationToken)..];
        }
    }

    /// <summary>Random bytes from the TPM.</summary>
    /// <exception cref="TpmCommandException">The TPM answered with an error.</exception>
    public byte[] GetRandom(int count, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        byte[] random = new byte[count];
        GetRandom(random, cancellationToken);
        return random;
    }

    /// <summary>Fills <paramref name="destination"/> with random bytes from the TPM, in as many commands as that takes.</summary>
    /// <exception cref="TpmCommandException">The TPM answered with an error.</exception>
    public ValueTask GetRandomAsync(Memory<byte> destination, CancellationToken cancellationToken = default)
    {
        return new(_engine.RunAsync(
            () =>
            {
                GetRandom(destination.Span, cancellationToken);
                return true;
            },
            cancellationToken));
    }

    /// <summary>One TPM2_GetRandom straight into the caller's memory.</summary>
    /// <returns>How many bytes the TPM gave: at least one.</returns>
    private int GetSomeRandom(Span<byte> destination, CancellationToken cancellationToken)
    {
        using CommandTurn turn = _engine.Channel.TakeTurn(cancellationToken);
        int wanted = Math.Min(destination.Length, Tpm2bDigest.MaxSize);
        _engine.Exchange(new GetRandom((ushort)wanted), default, default, out _, out TpmReader parameters, cancellationToken);
        ReadOnlySpan<byte> random = parameters.ReadSized(wanted);
        parameters.ReadEnd();
        random.CopyTo(destination);
        return random.Length > 0 ? random.Length : throw parameters.Bad("no random bytes at all");
    }
}
