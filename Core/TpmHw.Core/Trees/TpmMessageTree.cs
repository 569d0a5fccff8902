using TpmHw.Spec;
using TpmHw.Wire;

namespace TpmHw.Trees;

/// <summary>A command or a response of TPM 2.0 as a tree (Part 1, 18).</summary>
public sealed class TpmMessageTree
{
    private static readonly TpmShape s_bytes = new TpmBufferShape("BYTE", 0, int.MaxValue);
    private static readonly TpmShape s_encrypted = new TpmBufferShape("TPM2B, encrypted", 2, ushort.MaxValue);

    private TpmMessageTree(TpmCc command, bool isResponse)
    {
        Command = command;
        IsResponse = isResponse;
        Root = new TpmNode(command.CommandName(), "", 0);
    }

    /// <summary>The command, or the command that is answered.</summary>
    public TpmCc Command { get; }

    /// <summary>Whether it is the response.</summary>
    public bool IsResponse { get; }

    /// <summary>The message: header, handles, sessions, parameters.</summary>
    public TpmNode Root { get; }

    /// <summary>What is wrong with the message, and ended the tree; null where all of it was understood.</summary>
    public TpmFormatException? Error { get; private set; }

    /// <summary>Reads a command.</summary>
    public static TpmMessageTree OfCommand(ReadOnlySpan<byte> message) => Read(message, null);

    /// <summary>Reads a response.</summary>
    /// <param name="message">The response.</param>
    /// <param name="command">The command that it answers.</param>
    public static TpmMessageTree OfResponse(ReadOnlySpan<byte> message, TpmCc command) => Read(message, command);

    private static TpmMessageTree Read(ReadOnlySpan<byte> message, TpmCc? answered)
    {
        TpmCc code = answered ?? (message.Length >= TpmHeader.Size ? (TpmCc)TpmHeader.Read(message).Code : default);
        var tree = new TpmMessageTree(code, answered is not null);
        var reader = new TpmReader(message);
        try
        {
            tree.Read(ref reader);
            reader.ReadEnd();
        }
        catch (TpmFormatException e)
        {
            tree.Error = e;
        }

        tree.Root.Length = message.Length;
        return tree;
    }

    private void Read(ref TpmReader reader)
    {
        TpmNode tag = Root.Add("tag", TpmStShape.Shape, ref reader, 0);
        TpmNode size = Root.Add(IsResponse ? "responseSize" : "commandSize", TpmShape.UInt32, ref reader, 0);
        TpmNode code = IsResponse
            ? Root.Add("responseCode", TpmShape.ResponseCode, ref reader, 0)
            : Root.Add("commandCode", TpmCcShape.Shape, ref reader, 0);
        if (size.Value != (ulong)(reader.Position + reader.Remaining))
        {
            throw reader.Bad($"the header says {size.Value} bytes, and there are {reader.Position + reader.Remaining}");
        }

        if (IsResponse && code.Value != TpmRc.Success)
        {
            return; // an error is a header
        }

        if (TpmCommandInfo.ShapeOf(Command) is not { } shape)
        {
            Root.Add("body", s_bytes, ref reader, 0);
            return;
        }

        Fields("handles", IsResponse ? shape.ResponseHandles : shape.Handles, ref reader, 0);
        TpmFieldShape[] parameters = IsResponse ? shape.ResponseParameters : shape.Parameters;
        bool hasSessions = tag.Value == TpmHeader.Sessions;
        if (!hasSessions)
        {
            Fields("parameters", parameters, ref reader, 0);
        }
        else if (IsResponse)
        {
            ReadAnswered(parameters, ref reader);
        }
        else
        {
            TpmNode length = Root.Add("authorizationSize", TpmShape.UInt32, ref reader, 0);
            TpmReader area = Slice(ref reader, length.Value);
            TpmaSession all = Sessions(TpmsAuthCommand.Shape, ref area, reader.Position - area.Remaining);
            Fields("parameters", parameters, ref reader, 0, isEncrypted: (all & TpmaSession.Decrypt) != 0);
        }
    }

    /// <summary>Parameters and then sessions, which say whether the parameters are encrypted.</summary>
    private void ReadAnswered(TpmFieldShape[] parameters, ref TpmReader reader)
    {
        TpmNode length = Root.Add("parameterSize", TpmShape.UInt32, ref reader, 0);
        int start = reader.Position;
        TpmReader area = Slice(ref reader, length.Value);
        int before = Root.Children.Count;
        TpmaSession all = Sessions(TpmsAuthResponse.Shape, ref reader, 0);
        TpmNode sessions = Root.Children[before];
        Root.Children.RemoveAt(before);
        Fields("parameters", parameters, ref area, start, isEncrypted: (all & TpmaSession.Encrypt) != 0);
        area.ReadEnd();
        Root.Children.Add(sessions);
    }

    private static TpmReader Slice(ref TpmReader reader, ulong size) => size <= (ulong)reader.Remaining
        ? reader.Slice((int)size)
        : throw reader.Bad($"a size of {size} with {reader.Remaining} bytes left");

    private TpmaSession Sessions(TpmShape shape, ref TpmReader reader, int origin)
    {
        TpmNode sessions = Root.Area("sessions", origin + reader.Position);
        var all = TpmaSession.None;
        for (int i = 0; reader.Remaining > 0; i++)
        {
            TpmNode session = sessions.Add($"[{i}]", shape, ref reader, origin);
            sessions.Length += session.Length;
            all |= (TpmaSession)session.Children[^2].Value; // nonce, sessionAttributes, hmac
        }

        return all;
    }

    private void Fields(string name, TpmFieldShape[] fields, ref TpmReader reader, int origin, bool isEncrypted = false)
    {
        if (fields.Length == 0)
        {
            return;
        }

        int start = reader.Position;
        TpmNode area = Root.Area(name, origin + start);
        if (isEncrypted)
        {
            area.Add(fields[0].Name, s_encrypted, ref reader, origin);
            fields = fields[1..]; // no union in the specification is selected by a TPM2B
        }

        TpmFieldShape.ReadAll(fields, ref reader, origin, area);
        area.Length = reader.Position - start;
    }
}
