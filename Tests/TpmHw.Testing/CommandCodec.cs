using TpmHw.Spec;
using TpmHw.Wire;

namespace TpmHw.Testing;

/// <summary>Reads whole messages of any declared command into its types, and writes the types again.</summary>
public abstract class CommandCodec
{
    private static readonly Dictionary<TpmCc, CommandCodec> s_all = typeof(TpmHandle).Assembly.GetTypes()
        .Select(static t => Array.Find(t.GetInterfaces(), static i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(ITpmCommand<,>)))
        .OfType<Type>()
        .Where(static i => i.GenericTypeArguments[0].IsValueType && !i.GenericTypeArguments[0].IsGenericParameter)
        .Select(static i => (CommandCodec)Activator.CreateInstance(typeof(Codec<,>).MakeGenericType(i.GenericTypeArguments))!)
        .ToDictionary(static c => c.Info.Code);

    /// <summary>Every declared command's.</summary>
    public static IReadOnlyDictionary<TpmCc, CommandCodec> All => s_all;

    /// <summary>What is known of the command.</summary>
    public abstract TpmCommandInfo Info { get; }

    /// <summary>A command, read and written again: header, handles, sessions, parameters.</summary>
    /// <exception cref="TpmFormatException">It is no such command.</exception>
    public abstract byte[] Recode(ReadOnlySpan<byte> command);

    /// <summary>A successful response, read and written again: header, handle, parameters, sessions.</summary>
    /// <exception cref="TpmFormatException">It is no such response.</exception>
    public abstract byte[] RecodeResponse(ReadOnlySpan<byte> response);

    private sealed class Codec<TCommand, TResponse> : CommandCodec
        where TCommand : ITpmCommand<TCommand, TResponse>
        where TResponse : ITpmMessage<TResponse>
    {
        public override TpmCommandInfo Info => TCommand.Info;

        public override byte[] Recode(ReadOnlySpan<byte> command)
        {
            var reader = new TpmReader(command);
            bool hasSessions = ReadHeader(ref reader, out uint code);
            TpmReader handles = reader.Slice(4 * Info.Handles);
            TpmReader sessions = hasSessions ? reader.Slice((int)reader.ReadUInt32()) : default;
            TCommand value = TCommand.Read(ref handles, ref reader);
            handles.ReadEnd();
            reader.ReadEnd();

            var writer = new TpmWriter(new byte[command.Length + 64]);
            writer.WriteBytes(new byte[TpmHeader.Size]);
            value.WriteHandles(ref writer);
            if (hasSessions)
            {
                int start = writer.OpenSize32();
                while (sessions.Remaining > 0)
                {
                    TpmsAuthCommand.Read(ref sessions).Write(ref writer);
                }

                writer.CloseSize32(start);
            }

            value.WriteParameters(ref writer);
            return Finish(writer.Written, hasSessions, code);
        }

        public override byte[] RecodeResponse(ReadOnlySpan<byte> response)
        {
            var reader = new TpmReader(response);
            bool hasSessions = ReadHeader(ref reader, out uint code);
            TpmReader handles = reader.Slice(4 * Info.ResponseHandles);
            TpmReader parameters = hasSessions ? reader.Slice((int)reader.ReadUInt32()) : reader.Slice(reader.Remaining);
            TResponse value = TResponse.Read(ref handles, ref parameters);
            handles.ReadEnd();
            parameters.ReadEnd();

            var writer = new TpmWriter(new byte[response.Length + 64]);
            writer.WriteBytes(new byte[TpmHeader.Size]);
            value.WriteHandles(ref writer);
            int start = hasSessions ? writer.OpenSize32() : 0;
            value.WriteParameters(ref writer);
            if (hasSessions)
            {
                writer.CloseSize32(start);
                while (reader.Remaining > 0)
                {
                    TpmsAuthResponse.Read(ref reader).Write(ref writer);
                }
            }

            return Finish(writer.Written, hasSessions, code);
        }

        private static bool ReadHeader(ref TpmReader reader, out uint code)
        {
            ushort tag = reader.ReadUInt16();
            reader.ReadUInt32();
            code = reader.ReadUInt32();
            return tag == TpmHeader.Sessions;
        }

        private static byte[] Finish(ReadOnlySpan<byte> written, bool hasSessions, uint code)
        {
            byte[] message = written.ToArray();
            new TpmHeader(hasSessions ? TpmHeader.Sessions : TpmHeader.NoSessions, (uint)message.Length, code).Write(message);
            return message;
        }
    }
}
