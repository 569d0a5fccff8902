using TpmHw.Spec;
using TpmHw.Wire;

namespace TpmHw.Core.Tests.SpecTests.Vectors;

/// <summary>A command, and its response where there is one, as somebody else wrote them.</summary>
/// <param name="Source">Who.</param>
internal abstract record CommandVector(string Source)
{
    public abstract TpmCc Code { get; }

    /// <summary>Reads and writes the bytes and the values, each of which must give the other.</summary>
    public abstract void Check();
}

internal sealed record CommandVector<TCommand, TResponse>(
    string Source, TCommand Command, string CommandBytes, TResponse Response, string? ResponseBytes) : CommandVector(Source)
    where TCommand : struct, ITpmCommand<TCommand, TResponse>
    where TResponse : ITpmMessage<TResponse>
{
    public override TpmCc Code => TCommand.Info.Code;

    public override void Check()
    {
        byte[] command = Convert.FromHexString(CommandBytes);
        TpmHeader header = TpmHeader.Read(command);
        Assert.Equal(((uint)Code, (uint)command.Length), (header.Code, header.TotalSize));
        var reader = new TpmReader(command);
        reader.ReadBytes(TpmHeader.Size);
        ReadOnlySpan<byte> handles = reader.ReadBytes(sizeof(uint) * TCommand.Info.Handles);
        if (header.Tag == TpmHeader.Sessions)
        {
            TpmReader sessions = reader.Slice((int)reader.ReadUInt32());
            for (int i = 0; i < TCommand.Info.AuthorizedHandles; i++)
            {
                TpmsAuthCommand.Read(ref sessions);
            }

            sessions.ReadEnd();
        }

        CheckParts(Command, handles, reader.ReadBytes(reader.Remaining));
        if (ResponseBytes is not null)
        {
            CheckResponse(Convert.FromHexString(ResponseBytes));
        }
    }

    private void CheckResponse(byte[] response)
    {
        TpmHeader header = TpmHeader.Read(response);
        Assert.Equal((0u, (uint)response.Length), (header.Code, header.TotalSize));
        var reader = new TpmReader(response);
        reader.ReadBytes(TpmHeader.Size);
        ReadOnlySpan<byte> handles = reader.ReadBytes(sizeof(uint) * TCommand.Info.ResponseHandles);
        CheckParts(Response, handles, reader.ReadBytes(header.Tag == TpmHeader.Sessions ? (int)reader.ReadUInt32() : reader.Remaining));
    }

    private static void CheckParts<T>(T value, ReadOnlySpan<byte> handles, ReadOnlySpan<byte> parameters)
        where T : ITpmMessage<T>
    {
        var handleReader = new TpmReader(handles);
        var parameterReader = new TpmReader(parameters);
        Assert.Equal(value, T.Read(ref handleReader, ref parameterReader));
        handleReader.ReadEnd();
        parameterReader.ReadEnd();
        var writer = new TpmWriter(new byte[4096]);
        value.WriteHandles(ref writer);
        Assert.Equal(handles, writer.Written);
        writer = new TpmWriter(new byte[4096]);
        value.WriteParameters(ref writer);
        Assert.Equal(parameters, writer.Written);
    }
}
