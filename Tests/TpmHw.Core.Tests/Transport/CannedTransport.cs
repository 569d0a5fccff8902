using TpmHw.Transport;

namespace TpmHw.Core.Tests.Transport;

/// <summary>A transport that answers what a test tells it to, and notes what it was asked.</summary>
internal sealed class CannedTransport : TpmTransport, ITpmLocality
{
    public static readonly byte[] Success = [0x80, 0x01, 0, 0, 0, 10, 0, 0, 0, 0];

    private readonly Func<byte[], byte[]>? _answer;

    /// <summary>Answers every command with the same bytes, and allocates nothing.</summary>
    public CannedTransport(byte[]? response = null) => Response = response ?? Success;

    public CannedTransport(Func<byte[], byte[]> answer)
        : this() => _answer = answer;

    public byte[] Response { get; set; }

    public List<byte[]> Commands { get; } = [];

    public bool WasReleased { get; private set; }

    public int Locality { get; set; }

    public override TpmTransportInfo Info { get; } = new() { Kind = "canned", Name = "canned:1", Family = TpmFamily.Tpm20, CrossesWire = false };

    protected override int Exchange(ReadOnlySpan<byte> command, Span<byte> response, CancellationToken cancellationToken)
    {
        if (_answer is not null)
        {
            Commands.Add(command.ToArray());
            Response = _answer(Commands[^1]);
        }

        Response.CopyTo(response);
        return Response.Length;
    }

    protected override void Recover(CancellationToken cancellationToken)
    {
    }

    protected override void Interrupt()
    {
    }

    protected override void Release() => WasReleased = true;
}
