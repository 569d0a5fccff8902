using TpmHw.Spec;
using TpmHw.Spec.Commands;

namespace TpmHw.Core.Tests.SpecTests.Vectors;

/// <summary>Bytes of the commands that libtpms has not got, from others who have.</summary>
internal static partial class CommandVectors
{
    private static readonly TpmHandle s_key = new(0x80000001);

    public static CommandVector[] All => [.. Executed, .. Written, .. PostQuantum];

    private static byte[] Count(int bytes) => [.. Enumerable.Range(0, bytes).Select(i => (byte)i)];

    private static Tpm2bName Named(byte all) => (byte[])[0, 0x0B, .. Enumerable.Repeat(all, 32)];

    private static CommandVector<TCommand, TResponse> Of<TCommand, TResponse>(string source, TCommand command, string commandBytes, TResponse response, string responseBytes)
        where TCommand : struct, ITpmCommand<TCommand, TResponse>
        where TResponse : ITpmMessage<TResponse> =>
        new(source, command, commandBytes, response, responseBytes);

    private static CommandVector<TCommand, TpmEmptyResponse> Of<TCommand>(string source, TCommand command, string commandBytes, string? responseBytes = null)
        where TCommand : struct, ITpmCommand<TCommand, TpmEmptyResponse> =>
        new(source, command, commandBytes, default, responseBytes);
}
