using TpmHw.Spec;
using TpmHw.Transport;
using TpmHw.Wire;

namespace TpmHw.Core.Tests.Sessions;

/// <summary>Somebody on the wire who writes everything down, and turns a bit over where asked to.</summary>
internal sealed class Interposer(ITpmTransport inner) : ITpmTransportWrapper
{
    private Random? _random;
    private TpmCc _flipped;

    public ITpmTransport Inner { get; set; } = inner;

    public TpmTransportInfo Info => Inner.Info with { CrossesWire = true };

    public List<byte[]> Log { get; } = [];

    public bool HasFlipped => _random is null;

    /// <summary>The last bit that was turned over.</summary>
    public string Flipped { get; private set; } = "";

    /// <summary>How often a command went over the wire.</summary>
    public int Count(TpmCc command) => Log.Where((_, i) => i % 2 == 0).Count(message => TpmHeader.Read(message).Code == (uint)command);

    /// <summary>Turns one bit over in the next command of that kind, or in its response.</summary>
    public void FlipNext(Random random, TpmCc command)
    {
        (_random, _flipped) = (random, command);
        Log.Clear();
    }

    public int Transmit(ReadOnlySpan<byte> command, Span<byte> response, CancellationToken cancellationToken = default)
    {
        byte[] sent = command.ToArray();
        Log.Add(sent);
        bool flips = _random is not null && TpmHeader.Read(command).Code == (uint)_flipped;
        bool inCommand = flips && _random!.Next(2) == 0;
        if (inCommand)
        {
            Flip(sent);
        }

        int length;
        try
        {
            length = Inner.Transmit(sent, response, cancellationToken);
        }
        catch (ArgumentException e)
        {
            // A size that was turned over: a real wire gets no answer to it.
            throw new TpmTransportException(TpmFault.Timeout, "No answer.", innerException: e);
        }

        Log.Add(response[..length].ToArray());
        if (flips && !inCommand)
        {
            Flip(response[..length]);
        }

        return length;
    }

    public void Dispose() => Inner.Dispose();

    private void Flip(Span<byte> message)
    {
        int bit = _random!.Next(8 * message.Length);
        Flipped = $"bit {bit % 8} of byte {bit / 8} of {Convert.ToHexString(message)}";
        message[bit / 8] ^= (byte)(1 << bit % 8);
        _random = null;
    }
}
