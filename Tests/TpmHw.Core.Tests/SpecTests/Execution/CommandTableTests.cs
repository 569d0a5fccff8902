using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using TpmHw.Core.Tests.SpecTests.Vectors;
using TpmHw.Spec;
using TpmHw.Testing;
using TpmHw.Testing.Programs;

namespace TpmHw.Core.Tests.SpecTests.Execution;

/// <summary>docs/commands.md: made of the declarations and of what the tests have done.</summary>
public sealed partial class CommandTableTests
{
    private const string Start = """
        # Commands

        Every command that is declared, the clause of Part 3 of the TPM 2.0 Library Specification that describes it (version 1.59,
        or the version before the colon), and how it is tested. All are written and read with random values of all their fields.

        *Executed*: libtpms has executed it, its bytes were read and written again both ways, and it fails there as the last column
        says. What libtpms has not got is held against what others wrote from the same values: commands and answers of TCG's
        reference implementation, recorded on the wire; of TSS.Py, which has no TPM behind it; of wolfTPM, which wrote the
        commands and read the answers. A test compares this table with the code.

        *Since*: the first published version of the specification that has the command; a TPM is asked whether it has one that came
        after 1.16 before it is sent. *Twice*: whether a TPM that executes the command twice is as if it had done so once, so that
        it can be sent again when nobody knows whether it was executed.

        | command | code | since | clause | twice | tested | fails |
        | --- | --- | --- | --- | --- | --- | --- |

        """;

    [Fact]
    public void The_table_of_commands_is_as_the_code_has_it()
    {
        Dictionary<string, string> clauses = XDocument.Load(Path.ChangeExtension(typeof(TpmHandle).Assembly.Location, "xml"))
            .Descendants("member")
            .ToDictionary(m => m.Attribute("name")!.Value, m => m.Element("summary")?.Value ?? "");
        HashSet<TpmCc> executed = [.. EveryCommand.Exchanges.Where(e => e.Succeeded).Select(e => e.Code)];
        ILookup<TpmCc, string> failed = FailureTests.Seen.ToLookup(s => s.Command, s => $"{s.How}: {s.Code}");
        var table = new StringBuilder(Start);
        foreach (TpmCc code in CommandCodec.All.Keys.Order())
        {
            Match clause = Clause().Match(clauses[$"T:TpmHw.Spec.Commands.{code}"]);
            Assert.True(clause.Success, $"{code} has no clause.");
            TpmCommandInfo info = CommandCodec.All[code].Info;
            string since = $"{info.Since / 100}.{info.Since % 100}";
            Assert.True(clause.Groups[1].Value is "" ? info.Since <= 159 : clause.Groups[1].Value == since, $"{code} is in version {since}.");
            string version = clause.Groups[1].Length > 0 ? clause.Groups[1].Value + ": " : "";
            string tested = executed.Contains(code) ? "executed" : CommandVectors.All.Single(v => v.Code == code).Source;
            table.Append(CultureInfo.InvariantCulture,
                $"| {code.CommandName()} | 0x{(uint)code:X3} | {since} | {version}{clause.Groups[2].Value} | {(info.IsRepeatable ? "yes" : "")} | {tested} | {string.Join("<br>", failed[code])} |\n");
        }

        string found = Path.Combine(AppContext.BaseDirectory, "commands.md");
        File.WriteAllText(found, table.ToString());
        string kept = File.ReadAllText(Path.Combine(Repository.Root, "docs/commands.md"));
        Assert.True(kept == table.ToString(), $"docs/commands.md is not what the code says: {found}.");
    }

    [GeneratedRegex(@"\(Part 3(?: of version ([\d.]+))?, ([\d.]+)\)")]
    private static partial Regex Clause();
}
