using TpmHw.Cli.Output;
using TpmHw.Trees;

namespace TpmHw.Cli.Decoding;

/// <summary>Trees of messages as lines, and as documents.</summary>
internal static class TreeText
{
    public static void Lines(Page page, TpmMessageTree tree)
    {
        page.Heading($"{tree.Root.Name}, {(tree.IsResponse ? "response" : "command")} of {tree.Root.Length} bytes");
        foreach (TpmNode part in tree.Root.Parts)
        {
            Lines(page, part, "  ");
        }

        if (tree.Error is { } error)
        {
            page.Text("  " + error.Message);
        }
    }

    public static void Write(DocumentWriter document, TpmMessageTree tree)
    {
        document.BeginMap();
        document.Text("name", tree.Root.Name);
        document.Text("message", tree.IsResponse ? "response" : "command");
        document.Text("error", tree.Error?.Message);
        Parts(document, tree.Root);
        document.EndMap();
    }

    private static void Lines(Page page, TpmNode node, string indent)
    {
        string type = node.Type.Length == 0 ? "" : $" ({node.Type})";
        page.Text($"{indent}{node.Name}{type}{(node.Text is null ? "" : ": " + (node.Text.Length == 0 ? "empty" : node.Text))}");
        foreach (TpmNode part in node.Parts)
        {
            Lines(page, part, indent + "  ");
        }
    }

    private static void Parts(DocumentWriter document, TpmNode node)
    {
        document.BeginList("parts");
        foreach (TpmNode part in node.Parts)
        {
            document.BeginMap();
            document.Text("name", part.Name);
            document.Text("type", part.Type);
            document.Number("offset", (ulong)part.Offset);
            document.Number("length", (ulong)part.Length);
            document.Text("value", part.Text);
            document.Flag("secret", part.IsSecret);
            Parts(document, part);
            document.EndMap();
        }

        document.EndList();
    }
}
