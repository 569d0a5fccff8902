using System.Text;

namespace TpmHw.Policy.Json;

/// <summary>Line ends inside strings, as PEM keys have them in policies written for tpm2-tss, made what JSON wants.</summary>
internal static class LenientJson
{
    public static string Normalize(string json)
    {
        var text = new StringBuilder(json.Length);
        bool inString = false;
        for (int i = 0; i < json.Length; i++)
        {
            char c = json[i];
            if (inString && c < ' ')
            {
                text.Append(c switch { '\n' => "\\n", '\r' => "\\r", '\t' => "\\t", _ => $"\\u{(int)c:x4}" });
                continue;
            }

            if (inString && c == '\\' && i + 1 < json.Length)
            {
                text.Append(c);
                c = json[++i];
            }
            else if (c == '"')
            {
                inString = !inString;
            }
            else if (!inString && c == '/' && CommentEnd(json, i) is > 0 and int end)
            {
                i = end - 1; // a comment may have quotes in it
                continue;
            }

            text.Append(c);
        }

        return text.ToString();
    }

    private static int CommentEnd(string json, int start)
    {
        int end = json.AsSpan(start) switch
        {
            ['/', '/', ..] => json.IndexOf('\n', start),
            ['/', '*', ..] => json.IndexOf("*/", start + 2, StringComparison.Ordinal) + 2,
            _ => 0,
        };
        return end is -1 or 1 ? json.Length : end;
    }
}
