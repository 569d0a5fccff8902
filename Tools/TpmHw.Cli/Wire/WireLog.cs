using TpmHw.Transport;

namespace TpmHw.Cli.Wire;

/// <summary>Collects the frames that are on the wire.</summary>
internal sealed class WireLog
{
    private readonly List<WireFrame> _frames = [];
    private readonly FrameReader _reader = new();

    /// <summary>How many there were.</summary>
    public int Count => _frames.Count;

    /// <summary>Sees the next one.</summary>
    public void See(WireTransfer transfer)
    {
        var frame = new WireFrame(transfer);
        frame.Meaning = _reader.Next(frame);
        _frames.Add(frame);
    }

    /// <summary>Those from one to before another.</summary>
    public List<WireFrame> Range(int first, int end) => _frames[first..end];
}
