namespace TpmHw.Simulation;

/// <summary>A piece of a CRB model's memory.</summary>
internal sealed class CrbModelRegion(CrbModel model, ulong address, int length) : ModelRegion(model, model.Faults, address, length)
{
    private protected override TimeSpan TimeOf(int size) => model.Profile.AccessTime;

    private protected override uint ReadAt(ulong address, int size) => model.Read(address, size);

    private protected override void WriteAt(ulong address, uint value, int size) => model.Write(address, value, size);

    private protected override void BreakAt(ulong address, TpmRule rule, string detail) => model.Break(rule, address, detail);

    private protected override void Unmap() => model.Unmapped();
}
