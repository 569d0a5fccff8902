using TpmHw.Sessions;
using TpmHw.Spec;
using TpmHw.Wire;

namespace TpmHw.Policy;

/// <summary>TPM2_PolicyNV: what an NV index holds compares so (Part 3, 23.9).</summary>
public sealed record PolicyNv : PolicyElement
{
    /// <summary>A comparison with what an NV index holds.</summary>
    /// <param name="index">Its public area. It must have been written when the policy is used, and counts as written here.</param>
    /// <param name="operandB">What to compare with.</param>
    /// <param name="operation">The comparison; operand A is the index's.</param>
    /// <param name="offset">Where in the index operand A begins.</param>
    public PolicyNv(TpmsNvPublic index, Tpm2bDigest operandB, TpmEo operation = TpmEo.Eq, ushort offset = 0) =>
        (Index, OperandB, Operation, Offset) = (PolicyNvIndex.Written(index), operandB, operation, offset);

    /// <summary>The public area of the index, written.</summary>
    public TpmsNvPublic Index { get; }

    /// <summary>What to compare with.</summary>
    public Tpm2bDigest OperandB { get; }

    /// <summary>The comparison.</summary>
    public TpmEo Operation { get; }

    /// <summary>Where in the index operand A begins.</summary>
    public ushort Offset { get; }

    /// <inheritdoc/>
    public override TpmCc Command => TpmCc.PolicyNv;

    private protected override string Detail => $"{Index.NvIndex} {PolicyComparison.Words(Operation, OperandB, Offset)}";

    internal override void Extend(TpmPolicyDigest digest) => digest.PolicyNv(TpmName.Of(Index), OperandB, Offset, Operation);

    internal override PolicyObstacle? Check(PolicyRun run)
    {
        if (PolicyNvIndex.Check(run, Index) is { } obstacle)
        {
            return Obstacle(obstacle.Kind, obstacle.Evidence);
        }

        byte[] held = run.NvRead(Index, Offset, (ushort)OperandB.Size);
        return PolicyComparison.Holds(held, Operation, OperandB.Span)
            ? null
            : Obstacle(PolicyObstacleKind.NvDiffers, $"the NV index {Index.NvIndex} holds {Convert.ToHexString(held)}");
    }

    internal override void Execute(PolicyRun run) => run.Commands.PolicyNv(
        run.NvReader(Index)!, run.NvIndex(Index), run.Session, OperandB, Offset, Operation, cancellationToken: run.Stop);
}

/// <summary>TPM2_PolicyCounterTimer: the TPM's times and counters compare so (Part 3, 23.10).</summary>
/// <param name="OperandB">What to compare with.</param>
/// <param name="Operation">The comparison; operand A is the TPM's.</param>
/// <param name="Offset">Where in TPMS_TIME_INFO operand A begins: time at 0, clock at 8, resetCount at 16, restartCount at 20, safe at 24.</param>
public sealed record PolicyCounterTimer(Tpm2bDigest OperandB, TpmEo Operation, ushort Offset = 0) : PolicyElement
{
    private const int SizeOfTimeInfo = 25;

    /// <inheritdoc/>
    public override TpmCc Command => TpmCc.PolicyCounterTimer;

    private protected override string Detail => PolicyComparison.Words(Operation, OperandB, Offset);

    internal override void Extend(TpmPolicyDigest digest) => digest.PolicyCounterTimer(OperandB, Offset, Operation);

    internal override PolicyObstacle? Check(PolicyRun run)
    {
        var writer = new TpmWriter(new byte[SizeOfTimeInfo]);
        run.Commands.ReadClock(cancellationToken: run.Stop).CurrentTime.Write(ref writer);
        if (Offset + OperandB.Size > SizeOfTimeInfo)
        {
            return Obstacle(PolicyObstacleKind.TimeDiffers, $"TPMS_TIME_INFO has {SizeOfTimeInfo} bytes");
        }

        ReadOnlySpan<byte> held = writer.Written.Slice(Offset, OperandB.Size);
        return PolicyComparison.Holds(held, Operation, OperandB.Span)
            ? null
            : Obstacle(PolicyObstacleKind.TimeDiffers, $"the TPM has {Convert.ToHexString(held)} there");
    }

    internal override void Execute(PolicyRun run) => run.Commands.PolicyCounterTimer(run.Session, OperandB, Offset, Operation, cancellationToken: run.Stop);
}

/// <summary>TPM2_PolicyCapability: a property of the TPM compares so (Part 3 of version 1.83, 23.23).</summary>
/// <param name="Capability">The kind of property.</param>
/// <param name="Property">The property.</param>
/// <param name="OperandB">What to compare with.</param>
/// <param name="Operation">The comparison; operand A is the TPM's.</param>
/// <param name="Offset">Where in the capability data operand A begins.</param>
public sealed record PolicyCapability(TpmCap Capability, uint Property, Tpm2bDigest OperandB, TpmEo Operation, ushort Offset = 0) : PolicyElement
{
    /// <inheritdoc/>
    public override TpmCc Command => TpmCc.PolicyCapability;

    private protected override string Detail => $"{Capability.SpecName()} 0x{Property:X} {PolicyComparison.Words(Operation, OperandB, Offset)}";

    internal override void Extend(TpmPolicyDigest digest) => digest.PolicyCapability(OperandB, Offset, Operation, Capability, Property);

    internal override void Execute(PolicyRun run) => run.Commands.PolicyCapability(
        run.Session, OperandB, Offset, Operation, Capability, Property, cancellationToken: run.Stop);
}

/// <summary>TPM_EO (Part 2, 6.8).</summary>
internal static class PolicyComparison
{
    public static string Words(TpmEo operation, Tpm2bDigest operandB, ushort offset) => $"{(offset == 0 ? "" : $"at {offset} ")}{operation.SpecName()} {operandB}";

    /// <summary>Compares numbers of the same size, most significant byte first; the signed ones are two's complement.</summary>
    public static bool Holds(ReadOnlySpan<byte> a, TpmEo operation, ReadOnlySpan<byte> b)
    {
        if (a.Length != b.Length)
        {
            return false;
        }

        int unsigned = a.SequenceCompareTo(b);
        int signed = a.Length > 0 && ((a[0] ^ b[0]) & 0x80) != 0 ? -unsigned : unsigned;
        return operation switch
        {
            TpmEo.Eq => unsigned == 0,
            TpmEo.Neq => unsigned != 0,
            TpmEo.SignedGt => signed > 0,
            TpmEo.UnsignedGt => unsigned > 0,
            TpmEo.SignedLt => signed < 0,
            TpmEo.UnsignedLt => unsigned < 0,
            TpmEo.SignedGe => signed >= 0,
            TpmEo.UnsignedGe => unsigned >= 0,
            TpmEo.SignedLe => signed <= 0,
            TpmEo.UnsignedLe => unsigned <= 0,
            TpmEo.BitSet => AllBits(a, b, set: true),
            TpmEo.BitClear => AllBits(a, b, set: false),
            _ => false,
        };
    }

    private static bool AllBits(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b, bool set)
    {
        bool all = true;
        for (int i = 0; i < a.Length; i++)
        {
            all &= (a[i] & b[i]) == (set ? b[i] : 0);
        }

        return all;
    }
}
