using TpmHw.Transport;

namespace TpmHw.Transports.Registers;

/// <summary>Completion: reads the response, again where it was damaged on the way, or may have been.</summary>
internal sealed class ResponseReader(FifoPort port, FifoStateMachine machine, byte[]? second)
{
    private const int MostAttempts = 5;

    // What a FIFO reads when it is empty: a response that ends so may be shorter than its header says.
    private const byte EmptyFifo = 0xFF;

    /// <summary>Reads the response; where there is a second buffer, until it was the same twice in a row.</summary>
    /// <param name="response">Room for it.</param>
    /// <param name="sts">The status that said that it is there.</param>
    /// <returns>Its length.</returns>
    public int Read(Span<byte> response, TpmSts sts)
    {
        int length = ReadOnce(response, sts);
        return second is null ? length : Verify(response, length, second.AsSpan(0, Math.Min(second.Length, response.Length)));
    }

    private int Verify(Span<byte> response, int length, Span<byte> again)
    {
        try
        {
            for (int attempt = 1; attempt < MostAttempts; attempt++)
            {
                int read = ReadOnce(again, machine.Rewind());
                if (again[..read].SequenceEqual(response[..length]))
                {
                    return length;
                }

                again[..read].CopyTo(response);
                length = read;
            }
        }
        finally
        {
            again.Clear(); // a response can hold secrets
        }

        throw FifoFault.Make(port, TpmFault.BadResponse, FormattableString.Invariant($"it was read {MostAttempts} times, and never the same twice in a row"));
    }

    private int ReadOnce(Span<byte> response, TpmSts sts)
    {
        bool endIsProved = false;
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                int length = machine.Receive(response, sts, endIsProved);
                if (endIsProved || response[length - 1] != EmptyFifo)
                {
                    return length;
                }

                endIsProved = true;
            }
            catch (TpmTransportException e) when (attempt < MostAttempts && e.Fault is TpmFault.BadResponse or TpmFault.Truncated or TpmFault.WaitStates or TpmFault.ChecksumMismatch)
            {
            }

            sts = machine.Rewind();
        }
    }
}
