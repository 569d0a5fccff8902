using TpmHw.Transport;
using TpmHw.Wire;

namespace TpmHw.Benchmarks;

/// <summary>
/// Answers from memory, so that what is measured is the stack alone. The first good answer to each command code comes
/// from another transport; the same bytes answer every later command of that code.
/// </summary>
internal sealed class MemoryTransport(ITpmTransport source) : TpmTransport
{
    private readonly Dictionary<uint, byte[]> _answers = [];

    public override TpmTransportInfo Info { get; } = new() { Kind = "memory", Name = "memory", Family = source.Info.Family, CrossesWire = false };

    protected override int Exchange(ReadOnlySpan<byte> command, Span<byte> response, CancellationToken cancellationToken)
    {
        uint code = TpmHeader.Read(command).Code;
        if (!_answers.TryGetValue(code, out byte[]? answer))
        {
            int length = source.Transmit(command, response, cancellationToken);
            if (!new TpmResponseCode(TpmHeader.Read(response[..length]).Code).IsSuccess)
            {
                return length;
            }

            answer = response[..length].ToArray();
            _answers.Add(code, answer);
        }

        answer.CopyTo(response);
        return answer.Length;
    }

    protected override void Recover(CancellationToken cancellationToken)
    {
    }

    protected override void Interrupt()
    {
    }

    protected override void Release() => source.Dispose();
}
