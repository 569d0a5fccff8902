using System.Buffers.Binary;
using TpmHw.Core.Tests.SpecTests.Execution;
using TpmHw.Core.Tests.SpecTests.Vectors;
using TpmHw.Spec;
using TpmHw.Testing;
using TpmHw.Wire;

namespace TpmHw.Core.Tests.Fuzz;

/// <summary>A command that a TPM has executed, to be executed again where the response is another.</summary>
internal abstract class RecordedCommand
{
    /// <summary>The response that the TPM gave.</summary>
    public required byte[] Response { get; init; }

    public required TpmCc Code { get; init; }

    /// <summary>Of every command that has been recorded, and of every length of its response. Those with sessions of their own are left out.</summary>
    public static RecordedCommand[] All =>
    [
        .. EveryCommand.Exchanges.Concat(CommandVectors.All.Select(v => v.Bytes).OfType<Exchange>())
            .Where(e => e.Succeeded && (TpmHeader.Read(e.Command).Tag == TpmHeader.Sessions) == (CommandCodec.All[e.Code].Info.AuthorizedHandles > 0))
            .DistinctBy(e => (e.Code, e.Response.Length))
            .Select(Of),
    ];

    /// <summary>Executes it, and checks that what is returned is all that the response says.</summary>
    public abstract void Run(CommandEngine tpm, ReadOnlySpan<byte> response);

    private static RecordedCommand Of(Exchange exchange)
    {
        Type command = typeof(TpmHandle).Assembly.GetType($"TpmHw.Spec.Commands.{exchange.Code}", throwOnError: true)!;
        Type response = command.GetNestedType("Response") ?? typeof(TpmEmptyResponse);
        return (RecordedCommand)typeof(RecordedCommand).GetMethod(nameof(Make), System.Reflection.BindingFlags.Static | System.Reflection.BindingFlags.NonPublic)!
            .MakeGenericMethod(command, response).Invoke(null, [exchange])!;
    }

    private static Typed<TCommand, TResponse> Make<TCommand, TResponse>(Exchange exchange)
        where TCommand : struct, ITpmCommand<TCommand, TResponse>
        where TResponse : ITpmMessage<TResponse>
    {
        var reader = new TpmReader(exchange.Command);
        reader.ReadBytes(TpmHeader.Size);
        TpmReader handles = reader.Slice(sizeof(uint) * TCommand.Info.Handles);
        if (TCommand.Info.AuthorizedHandles > 0)
        {
            reader.Slice((int)reader.ReadUInt32());
        }

        return new(TCommand.Read(ref handles, ref reader)) { Response = exchange.Response, Code = exchange.Code };
    }

    private sealed class Typed<TCommand, TResponse>(TCommand command) : RecordedCommand
        where TCommand : struct, ITpmCommand<TCommand, TResponse>
        where TResponse : ITpmMessage<TResponse>
    {
        private static readonly TpmEntity s_any = TpmRh.Owner;

        public override void Run(CommandEngine tpm, ReadOnlySpan<byte> response)
        {
            TResponse value = tpm.Execute<TCommand, TResponse>(command, new(s_any, s_any, s_any), default, default);
            Span<byte> again = stackalloc byte[TpmTransportInfo.UsualSize];
            var writer = new TpmWriter(again);
            value.WriteHandles(ref writer);
            int handles = writer.Position;
            value.WriteParameters(ref writer);
            ReadOnlySpan<byte> body = response[TpmHeader.Size..];
            Assert.True(body[..handles].SequenceEqual(writer.Written[..handles]), $"{value} has not the handle of {Convert.ToHexString(response)}");
            body = body[handles..];
            ReadOnlySpan<byte> parameters = TCommand.Info.AuthorizedHandles == 0
                ? body
                : body.Slice(sizeof(uint), (int)BinaryPrimitives.ReadUInt32BigEndian(body));
            Assert.True(parameters.SequenceEqual(writer.Written[handles..]), $"{value} is not {Convert.ToHexString(response)}");
        }
    }
}
