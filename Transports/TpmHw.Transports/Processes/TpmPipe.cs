using System.Globalization;
using System.Security.Cryptography;
using TpmHw.Transports.Serving;
using TpmHw.Wire;

namespace TpmHw.Transports;

/// <summary>
/// The far end of a <c>cmd:</c> transport, and of every client that sends plain commands over a stream: reads
/// commands, gives them to a TPM, writes its responses.
/// </summary>
public static class TpmPipe
{
    private const int LongestSkipped = 1 << 16;

    /// <summary>Serves one client until its stream ends between two commands.</summary>
    /// <param name="transport">The TPM. It is not disposed.</param>
    /// <param name="input">Where commands come from.</param>
    /// <param name="output">Where responses go; flushed after each.</param>
    /// <param name="cancellationToken">Ends the running command and the loop. A read that waits for a command is ended by closing its stream.</param>
    /// <remarks>
    /// A command that is too long for the transport is skipped and answered TPM_RC_COMMAND_SIZE (TPM 1.2:
    /// TPM_BAD_PARAM_SIZE). Where the header's size can't be true (below 10 or beyond 65536), the client is told the
    /// same, but then nobody knows where its next command begins and serving ends. A failure of the transport ends
    /// it too, without a response: a response can't say more than a number, whereas the program that serves can
    /// report the exception on its standard error, which <c>cmd:</c> and ssh carry to the user.
    /// </remarks>
    /// <exception cref="TpmTransportException">The transport failed, or the stream ended inside a command (<see cref="TpmFault.Truncated"/>),
    /// or it carries no commands (<see cref="TpmFault.ProtocolViolation"/>).</exception>
    /// <exception cref="IOException">The client went away with a response unread.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static void Serve(ITpmTransport transport, Stream input, Stream output, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(transport);
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(output);
        byte[] command = new byte[transport.Info.MaxCommandSize];
        byte[] response = new byte[transport.Info.MaxResponseSize];
        try
        {
            while (TryReadHeader(input, command, out TpmHeader header))
            {
                cancellationToken.ThrowIfCancellationRequested();
                int length;
                if (header.TotalSize is >= TpmHeader.Size && header.TotalSize <= command.Length)
                {
                    Fill(input, command.AsSpan(TpmHeader.Size, (int)header.TotalSize - TpmHeader.Size));
                    length = transport.Transmit(command.AsSpan(0, (int)header.TotalSize), response, cancellationToken);
                }
                else
                {
                    Skip(input, header, output);
                    length = Refusal.CommandSize.Write(header, response);
                }

                output.Write(response, 0, length);
                output.Flush();
                CryptographicOperations.ZeroMemory(response.AsSpan(0, length));
            }
        }
        finally
        {
            CryptographicOperations.ZeroMemory(command);
            CryptographicOperations.ZeroMemory(response);
        }
    }

    private static bool TryReadHeader(Stream input, byte[] command, out TpmHeader header)
    {
        int count = input.ReadAtLeast(command.AsSpan(0, TpmHeader.Size), TpmHeader.Size, throwOnEndOfStream: false);
        header = count == TpmHeader.Size ? TpmHeader.Read(command) : default;
        return count is 0 or TpmHeader.Size ? count > 0 : throw EndedInside(count, "a header of 10");
    }

    private static void Fill(Stream input, Span<byte> rest)
    {
        int count = input.ReadAtLeast(rest, rest.Length, throwOnEndOfStream: false);
        if (count < rest.Length)
        {
            throw EndedInside(count, string.Create(CultureInfo.InvariantCulture, $"{rest.Length} after the header"));
        }
    }

    private static TpmTransportException EndedInside(int count, string whole) => new(
        TpmFault.Truncated,
        "The client's stream ended inside a command.",
        string.Create(CultureInfo.InvariantCulture, $"{count} bytes of {whole}"),
        "The client was ended, or the connection broke.");

    private static void Skip(Stream input, TpmHeader header, Stream output)
    {
        if (header.TotalSize is < TpmHeader.Size or > LongestSkipped)
        {
            byte[] refusal = new byte[TpmHeader.Size];
            Refusal.CommandSize.Write(header, refusal);
            output.Write(refusal);
            output.Flush();
            throw new TpmTransportException(
                TpmFault.ProtocolViolation,
                "What the client sent is no TPM command.",
                string.Create(CultureInfo.InvariantCulture, $"tag 0x{header.Tag:X4}, size {header.TotalSize}, code 0x{header.Code:X8}"),
                "The client has to send plain TPM commands, without a frame around them.");
        }

        Span<byte> scratch = stackalloc byte[512];
        for (int left = (int)header.TotalSize - TpmHeader.Size; left > 0;)
        {
            Span<byte> piece = scratch[..Math.Min(left, scratch.Length)];
            Fill(input, piece);
            left -= piece.Length;
        }
    }
}
