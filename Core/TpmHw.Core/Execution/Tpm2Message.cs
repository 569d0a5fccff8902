using TpmHw.Spec;
using TpmHw.Wire;

namespace TpmHw;

/// <summary>The frame around commands and responses: header, and sessions between handles and parameters (Part 1, 18).</summary>
internal static class Tpm2Message
{
    private static TpmsAuthCommand EmptyPassword => new(TpmRh.Pw, default, TpmaSession.ContinueSession, default);

    /// <summary>Writes a whole command, with an empty password for each authorised handle.</summary>
    /// <returns>Its length.</returns>
    /// <exception cref="ArgumentException">It can't be written, or there is no room.</exception>
    public static int WriteCommand<TCommand>(in TCommand command, Span<byte> message)
        where TCommand : ITpmMessage<TCommand>
    {
        TpmCommandInfo info = TCommand.Info;
        var writer = new TpmWriter(message[TpmHeader.Size..]);
        command.WriteHandles(ref writer);
        if (info.AuthorizedHandles > 0)
        {
            int start = writer.OpenSize32();
            for (int i = 0; i < info.AuthorizedHandles; i++)
            {
                EmptyPassword.Write(ref writer);
            }

            writer.CloseSize32(start);
        }

        command.WriteParameters(ref writer);
        int length = TpmHeader.Size + writer.Position;
        new TpmHeader(TagOf(info), (uint)length, (uint)info.Code).Write(message);
        return length;
    }

    /// <summary>Finds the two areas of a successful response, and checks its frame.</summary>
    /// <exception cref="TpmFormatException">It is no response to such a command.</exception>
    public static void OpenResponse(ReadOnlySpan<byte> message, TpmCommandInfo info, out TpmReader handles, out TpmReader parameters)
    {
        var reader = new TpmReader(message);
        ushort tag = reader.ReadUInt16();
        if (tag != TagOf(info))
        {
            throw reader.Bad($"the tag 0x{tag:X4} where the command had 0x{TagOf(info):X4}");
        }

        reader.ReadBytes(TpmHeader.Size - reader.Position);
        handles = reader.Slice(info.ResponseHandles * sizeof(uint));
        if (info.AuthorizedHandles == 0)
        {
            parameters = reader;
            return;
        }

        uint parameterSize = reader.ReadUInt32();
        parameters = parameterSize <= (uint)reader.Remaining
            ? reader.Slice((int)parameterSize)
            : throw reader.Bad($"a parameter size of {parameterSize} with {reader.Remaining} bytes left");
        for (int i = 0; i < info.AuthorizedHandles; i++)
        {
            TpmsAuthResponse.Read(ref reader);
        }

        reader.ReadEnd();
    }

    private static ushort TagOf(TpmCommandInfo info) => info.AuthorizedHandles > 0 ? TpmHeader.Sessions : TpmHeader.NoSessions;
}
