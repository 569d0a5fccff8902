using System.Globalization;
using System.Text;
using TpmHw.Wire;

namespace TpmHw.Transport;

/// <summary>Reads the text of a <see cref="Recording"/>, line by line.</summary>
internal sealed class RecordingReader
{
    private readonly string _name;
    private readonly List<RecordedExchange> _exchanges = [];
    private readonly List<byte> _command = [];
    private readonly List<byte> _response = [];
    private readonly Dictionary<string, string> _failure = [];
    private TpmTransportInfo? _info;
    private int _line;
    private int _commandLine;

    private RecordingReader(string name) => _name = name;

    /// <summary>Reads a recording.</summary>
    /// <param name="text">Its text.</param>
    /// <param name="name">What to call it in errors and in <see cref="TpmTransportInfo.Name"/>.</param>
    /// <exception cref="TpmTransportException">A line has no meaning, or an exchange is not whole; the message has the line's number.</exception>
    public static Recording Read(TextReader text, string name)
    {
        var reader = new RecordingReader(name);
        while (text.ReadLine() is { } line)
        {
            reader._line++;
            reader.ReadLine(line.Trim());
        }

        reader.EndExchange();
        return new Recording(reader._info ?? throw reader.Bad($"it does not start with '{Recording.Format} {Recording.Version}'"), reader._exchanges);
    }

    private void ReadLine(string line)
    {
        if (line.Length == 0 || line[0] == '#')
        {
            return;
        }

        if (_info is null)
        {
            _info = ReadStart(line.Split(' ', StringSplitOptions.RemoveEmptyEntries));
            return;
        }

        string rest = line[1..].Trim();
        switch (line[0])
        {
            case '>':
                if (_response.Count > 0 || _failure.Count > 0)
                {
                    EndExchange();
                }

                _commandLine = _command.Count == 0 ? _line : _commandLine;
                AddHex(_command, rest);
                break;
            case '<' when _command.Count > 0 && _failure.Count == 0:
                AddHex(_response, rest);
                break;
            case '!' when _command.Count > 0 && _response.Count == 0:
                AddFailure(rest);
                break;
            case '<' or '!':
                throw Bad("there is no command before it that it could be the outcome of");
            default:
                throw Bad("a line starts with '>', '<', '!' or '#'");
        }
    }

    private TpmTransportInfo ReadStart(string[] words)
    {
        if (words[0] != Recording.Format || words.Length < 2)
        {
            throw Bad($"a recording starts with '{Recording.Format} {Recording.Version}'");
        }

        if (words[1] != Recording.Version.ToString(CultureInfo.InvariantCulture))
        {
            throw Bad($"this is version {words[1]} of the format, and version {Recording.Version} is known here");
        }

        var info = new TpmTransportInfo { Kind = "replay", Name = _name, CrossesWire = false };
        foreach (string word in words.Skip(2))
        {
            info = word.Split('=', 2) switch
            {
                ["kind", _] => info,
                ["family", "1.2"] => info with { Family = TpmFamily.Tpm12 },
                ["family", "2.0"] => info with { Family = TpmFamily.Tpm20 },
                ["family", "unknown"] => info,
                ["max-command", var size] => info with { MaxCommandSize = Size(size) },
                ["max-response", var size] => info with { MaxResponseSize = Size(size) },
                ["resource-manager", "yes"] => info with { HasResourceManager = true },
                ["resource-manager", "no"] => info,
                _ => throw Bad($"'{word}' has no meaning"),
            };
        }

        return info;
    }

    private int Size(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int size) && size is >= TpmHeader.Size and <= 1 << 24
            ? size
            : throw Bad($"'{text}' is no size of a message");

    private void AddHex(List<byte> bytes, string text)
    {
        try
        {
            bytes.AddRange(Convert.FromHexString(text.Replace(" ", "", StringComparison.Ordinal)));
        }
        catch (FormatException)
        {
            throw Bad("what follows is not whole bytes in hex");
        }
    }

    private void AddFailure(string text)
    {
        int space = text.IndexOf(' ', StringComparison.Ordinal);
        (string key, string value) = space < 0 ? (text, "") : (text[..space], text[(space + 1)..].Trim());
        bool isFirst = _failure.Count == 0;
        bool isKnown = key switch
        {
            "cancelled" => isFirst && value.Length == 0,
            "fault" => isFirst && Enum.TryParse<TpmFault>(value, out TpmFault fault) && Enum.GetName(fault) == value,
            "message" or "evidence" or "advice" => _failure.ContainsKey("fault"),
            _ => false,
        };
        if (!isKnown || !_failure.TryAdd(key, Unescape(value)))
        {
            throw Bad("'!' is followed by 'cancelled', or by 'fault' and the name of a fault, and a fault by 'message', 'evidence' and 'advice'");
        }
    }

    private void EndExchange()
    {
        if (_command.Count == 0)
        {
            return;
        }

        CheckSize("command", _command, _info!.MaxCommandSize);
        if (_response.Count > 0)
        {
            CheckSize("response", _response, _info.MaxResponseSize);
        }
        else if (_failure.Count == 0)
        {
            throw Bad("the command has no response", _commandLine);
        }

        TpmTransportException? fault = !_failure.TryGetValue("fault", out string? name) ? null : new TpmTransportException(
            Enum.Parse<TpmFault>(name),
            _failure.GetValueOrDefault("message", $"The recorded command failed: {name}."),
            _failure.GetValueOrDefault("evidence", ""),
            _failure.GetValueOrDefault("advice", ""));
        _exchanges.Add(new RecordedExchange(_commandLine, [.. _command], _response.Count > 0 ? [.. _response] : null, fault));
        _command.Clear();
        _response.Clear();
        _failure.Clear();
    }

    private void CheckSize(string what, List<byte> message, int limit)
    {
        uint size = message.Count < TpmHeader.Size ? 0 : TpmHeader.Read(message.ToArray()).TotalSize;
        if (size != (uint)message.Count)
        {
            throw Bad($"the {what} has {message.Count} bytes, and its header says {size}", _commandLine);
        }

        if (size > (uint)limit)
        {
            throw Bad($"the {what} has {size} bytes, and the first line allows {limit}", _commandLine);
        }
    }

    private static string Unescape(string text)
    {
        var plain = new StringBuilder(text.Length);
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            if (c == '\\' && i + 1 < text.Length)
            {
                c = text[++i] switch
                {
                    'n' => '\n',
                    'r' => '\r',
                    char other => other,
                };
            }

            plain.Append(c);
        }

        return plain.ToString();
    }

    private TpmTransportException Bad(string what, int? line = null) => new(
        TpmFault.BadRecording,
        string.Create(CultureInfo.InvariantCulture, $"Line {line ?? _line} of the recording '{_name}' is not understood: {what}."),
        advice: "If the file was edited, look at that line; otherwise record anew.");
}
