using TpmHw.Spec;
using TpmHw.Wire;

namespace TpmHw.Transport;

/// <summary>
/// Finds the secret bytes of a message by its structure. All but the header counts as secret until it is understood,
/// so an unknown command, a malformed one and an unexpected response show nothing.
/// </summary>
internal static class SecretMask
{
    private const int Tpm12CommandTrailer = 45; // authHandle 4, nonceOdd 20, continueAuthSession 1, auth 20
    private const int Tpm12ResponseTrailer = 41; // nonceEven 20, continueAuthSession 1, resAuth 20
    private const int Tpm12AuthValue = 20;

    /// <summary>The secret bytes of a command.</summary>
    /// <returns>One flag a byte; true where it is secret.</returns>
    public static bool[] OfCommand(ReadOnlySpan<byte> command)
    {
        bool[] secret = AllButTheHeader(command);
        TpmHeader header = TpmHeader.Read(command);
        var body = new Body(command, secret);
        try
        {
            if (header.IsTpm12Request)
            {
                if (Tpm12Ordinal.TryFind(header.Code, out Tpm12Ordinal ordinal))
                {
                    ShowTpm12(ref body, ordinal.Command, header.Tag - TpmHeader.RequestTpm12, Tpm12CommandTrailer);
                }
            }
            else if (header.Tag is TpmHeader.NoSessions or TpmHeader.Sessions && TpmCommandInfo.Find((TpmCc)header.Code) is { } info)
            {
                body.Show(4 * info.Handles);
                body.Expect(ShowSessions(ref body, header.Tag) >= info.AuthorizedHandles);
                ShowParameters(ref body, info.CommandSecrets, body.Remaining);
            }
        }
        catch (TpmFormatException)
        {
            return AllButTheHeader(command);
        }

        return secret;
    }

    /// <summary>The secret bytes of the response to a command.</summary>
    /// <returns>One flag a byte; true where it is secret.</returns>
    public static bool[] OfResponse(TpmHeader command, ReadOnlySpan<byte> response)
    {
        bool[] secret = AllButTheHeader(response);
        TpmHeader header = TpmHeader.Read(response);
        var body = new Body(response, secret);
        try
        {
            if (header.Code != TpmRc.Success)
            {
                // An error is a header; whatever more there is has no structure that is known.
            }
            else if (command.IsTpm12Request)
            {
                if (Tpm12Ordinal.TryFind(command.Code, out Tpm12Ordinal ordinal))
                {
                    ShowTpm12(ref body, ordinal.Response, header.Tag - TpmHeader.ResponseTpm12, Tpm12ResponseTrailer);
                }
            }
            else if (header.Tag is TpmHeader.NoSessions or TpmHeader.Sessions && TpmCommandInfo.Find((TpmCc)command.Code) is { } info)
            {
                body.Show(4 * info.ResponseHandles);
                ShowParameters(ref body, info.ResponseSecrets, header.Tag == TpmHeader.Sessions ? body.ShowUInt32() : body.Remaining);
                while (body.Remaining > 0)
                {
                    ShowSession(ref body);
                }
            }
        }
        catch (TpmFormatException)
        {
            return AllButTheHeader(response);
        }

        return secret;
    }

    private static bool[] AllButTheHeader(ReadOnlySpan<byte> message)
    {
        var secret = new bool[message.Length];
        secret.AsSpan(Math.Min(TpmHeader.Size, secret.Length)).Fill(true);
        return secret;
    }

    /// <summary>The authorization area: its size, then sessions up to there, at least one (Part 1, 18.5).</summary>
    /// <returns>How many sessions there are.</returns>
    private static int ShowSessions(ref Body body, ushort tag)
    {
        if (tag != TpmHeader.Sessions)
        {
            return 0;
        }

        int count = 0;
        int size = body.ShowUInt32();
        int end = body.Position + size;
        do
        {
            body.Show(4);
            ShowSession(ref body);
            count++;
        }
        while (body.Position < end);
        body.Expect(body.Position == end);
        return count;
    }

    /// <summary>nonce, attributes, and the HMAC or password, which is kept back (Part 2, 10.13).</summary>
    private static void ShowSession(ref Body body)
    {
        body.Show(body.ShowUInt16());
        body.Show(1);
        body.Skip(body.ShowUInt16());
    }

    private static void ShowParameters(ref Body body, SecretPart part, int size)
    {
        int end = body.Position + size;
        if (part == SecretPart.First)
        {
            body.Skip(body.ShowUInt16());
        }

        if (part == SecretPart.All)
        {
            body.Skip(size);
        }
        else
        {
            body.Show(end - body.Position);
        }
    }

    /// <summary>Parameters, then for each authorisation a trailer that ends with its HMAC (TPM Main Part 1, 13).</summary>
    private static void ShowTpm12(ref Body body, SecretPart part, int trailers, int trailerSize)
    {
        ShowParameters(ref body, part, body.Remaining - (trailers * trailerSize));
        for (int i = 0; i < trailers; i++)
        {
            body.Show(trailerSize - Tpm12AuthValue);
            body.Skip(Tpm12AuthValue);
        }
    }

    /// <summary>A message after its header, and the flags of its bytes.</summary>
    private ref struct Body
    {
        private readonly Span<bool> _secret;
        private TpmReader _reader;

        public Body(ReadOnlySpan<byte> message, Span<bool> secret)
        {
            _secret = secret;
            _reader = new TpmReader(message);
            _reader.ReadBytes(TpmHeader.Size);
        }

        public readonly int Position => _reader.Position;

        public readonly int Remaining => _reader.Remaining;

        public void Skip(int count) => _reader.ReadBytes(count);

        public void Show(int count)
        {
            int start = Position;
            Skip(count);
            _secret.Slice(start, count).Clear();
        }

        public int ShowUInt16()
        {
            int value = _reader.ReadUInt16();
            _secret.Slice(Position - 2, 2).Clear();
            return value;
        }

        public int ShowUInt32()
        {
            uint value = _reader.ReadUInt32();
            _secret.Slice(Position - 4, 4).Clear();
            return value <= (uint)Remaining ? (int)value : throw _reader.Bad($"a size of {value} with {Remaining} bytes left");
        }

        public readonly void Expect(bool condition)
        {
            if (!condition)
            {
                throw _reader.Bad("not the structure of this command");
            }
        }
    }
}
