using System.CommandLine;
using System.CommandLine.Parsing;
using TpmHw.Cli.Commands;

namespace TpmHw.Cli.Errors;

/// <summary>What was wrong with a command line, and what was probably meant.</summary>
internal static class UsageErrors
{
    /// <summary>Checks that a command line could be parsed.</summary>
    /// <exception cref="CliException">It could not; the exception says what was probably meant.</exception>
    public static void ThrowIfAny(ParseResult parsed)
    {
        string? option = MistakenForArgument(parsed.Tokens);
        if (option is not null || parsed.Errors.Count > 0)
        {
            throw Describe(parsed, option ?? (parsed.UnmatchedTokens.Count > 0 ? parsed.UnmatchedTokens[0] : null));
        }
    }

    /// <summary>An unknown option, which the parser gives to a command that takes an argument.</summary>
    private static string? MistakenForArgument(IReadOnlyList<Token> tokens)
    {
        foreach (Token token in tokens)
        {
            if (token.Type == TokenType.DoubleDash)
            {
                return null;
            }

            if (token.Type == TokenType.Argument && token.Value.Length > 1 && token.Value.StartsWith('-'))
            {
                return token.Value;
            }
        }

        return null;
    }

    private static CliException Describe(ParseResult parsed, string? unknown)
    {
        Command command = parsed.CommandResult.Command;
        string help = command is not CliCommand ? "tpmhw --help" : $"tpmhw {command.Name} --help";
        if (unknown is null)
        {
            return CliException.Usage(parsed.Errors[0].Message, $"'{help}' lists what there is.");
        }

        bool isOption = unknown.StartsWith('-');
        string kind = isOption ? "option" : command is not CliCommand ? "command" : "argument";
        string? meant = kind == "argument" ? null : Nearest(unknown, isOption ? Options(parsed.CommandResult) : Array.ConvertAll(CommandTable.Rows, static r => r.Name));
        return CliException.Usage(
            kind == "argument" ? $"'{command.Name}' takes no further argument '{unknown}'." : $"There is no {kind} '{unknown}'.",
            meant is null ? $"'{help}' lists what there is." : $"Did you mean '{meant}'? '{help}' lists what there is.");
    }

    /// <summary>The candidate that takes the fewest changes to get to; null where all are far off.</summary>
    internal static string? Nearest(string typed, IEnumerable<string> candidates)
    {
        string? nearest = null;
        int least = Math.Max(2, typed.Length / 2);
        foreach (string candidate in candidates)
        {
            int distance = Distance(typed, candidate);
            if (distance < least || (distance == least && nearest is null))
            {
                (nearest, least) = (candidate, distance);
            }
        }

        return nearest;
    }

    private static IEnumerable<string> Options(CommandResult? result)
    {
        for (; result is not null; result = result.Parent as CommandResult)
        {
            foreach (Option option in result.Command.Options)
            {
                yield return option.Name;
            }
        }
    }

    /// <summary>Insertions, deletions and replacements between two words (Levenshtein).</summary>
    private static int Distance(string from, string to)
    {
        int[] row = [.. Enumerable.Range(0, to.Length + 1)];
        for (int i = 1; i <= from.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= to.Length; j++)
            {
                int replace = diagonal + (from[i - 1] == to[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replace, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[^1];
    }
}
