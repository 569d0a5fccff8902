using System.Security.Cryptography;
using TpmHw.Transport;
using TpmHw.Wire;

namespace TpmHw.Transports.Serving;

/// <summary>Reads commands from a connection, executes them for a client, and holds the response until it is sent.</summary>
internal sealed class CommandReader(ServedConnection connection, ServedClient client)
{
    private const int LongestSkipped = 1 << 16;

    private readonly byte[] _command = new byte[client.Info.MaxCommandSize];
    private readonly byte[] _response = new byte[client.Info.MaxResponseSize];
    private int _length;

    /// <summary>The last command's response.</summary>
    public ReadOnlySpan<byte> Response => _response.AsSpan(0, _length);

    /// <summary>Reads the rest of a command whose beginning is there, and executes it.</summary>
    /// <param name="start">What was read already; at most a header.</param>
    /// <param name="frame">The command's size where a frame around it says one; otherwise it is in the header.</param>
    /// <param name="locality">The locality; null for the client's.</param>
    /// <param name="mayUseLocality">Whether it may be that one.</param>
    /// <returns>Whether it is known where the next command begins.</returns>
    public bool Execute(ReadOnlySpan<byte> start, uint? frame = null, int? locality = null, bool mayUseLocality = true)
    {
        var deadline = Deadline.After(connection.Patience);
        if (frame is < TpmHeader.Size)
        {
            connection.Skip(frame.Value - start.Length, deadline);
            _length = Refusal.CommandSize.Write(default, _response);
            return true;
        }

        start.CopyTo(_command);
        connection.ReadRest(_command.AsSpan(start.Length, TpmHeader.Size - start.Length), deadline);
        TpmHeader header = TpmHeader.Read(_command);
        uint size = frame ?? header.TotalSize;
        if (size is < TpmHeader.Size or > LongestSkipped)
        {
            _length = Refusal.CommandSize.Write(header, _response);
            return false;
        }

        if (size > _command.Length || size != header.TotalSize)
        {
            connection.Skip(size - TpmHeader.Size, deadline);
            _length = Refusal.CommandSize.Write(header, _response);
            return true;
        }

        Span<byte> command = _command.AsSpan(0, (int)size);
        connection.ReadRest(command[TpmHeader.Size..], deadline);
        _length = mayUseLocality ? client.Execute(command, _response, locality) : Refusal.Locality.Write(header, _response);
        return true;
    }

    /// <summary>Wipes what may be secret; to be called when the response is sent.</summary>
    public void Forget()
    {
        CryptographicOperations.ZeroMemory(_command);
        CryptographicOperations.ZeroMemory(_response.AsSpan(0, _length));
        _length = 0;
    }
}
