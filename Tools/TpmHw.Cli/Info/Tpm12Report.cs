using TpmHw.Cli.Output;

namespace TpmHw.Cli.Info;

/// <summary>What is told of a TPM 1.2.</summary>
internal static class Tpm12Report
{
    /// <summary>To a person.</summary>
    public static Page Page(Tpm12Description tpm) => new Page()
        .Heading("TPM 1.2")
        .Row("connection", tpm.Info.Name)
        .Row("family", $"TPM 1.2, specification level {tpm.SpecLevel}, errata revision {tpm.ErrataRevision}")
        .Row("manufacturer", Vendors.Describe(tpm.Manufacturer))
        .Row("firmware", $"{tpm.Version.Build}.{tpm.Version.Revision}")
        .Row("state", $"{(tpm.Enabled ? "enabled" : "disabled")}, {(tpm.Active ? "active" : "inactive")}, {(tpm.Owned ? "owned" : "without an owner")}")
        .Row("PCRs", $"{tpm.Pcrs}, sha1");

    /// <summary>To a program.</summary>
    public static void Write(Tpm12Description tpm, DocumentWriter document)
    {
        document.BeginMap();
        document.Text("connection", tpm.Info.Name);
        document.Text("transport", tpm.Info.Kind);
        document.Text("family", "1.2");
        document.Number("spec_level", (ulong)tpm.SpecLevel);
        document.Number("errata_revision", (ulong)tpm.ErrataRevision);
        document.Text("manufacturer", tpm.Manufacturer);
        document.Text("manufacturer_name", Vendors.NameOf(tpm.Manufacturer));
        document.Text("firmware", $"{tpm.Version.Build}.{tpm.Version.Revision}");
        document.Flag("enabled", tpm.Enabled);
        document.Flag("active", tpm.Active);
        document.Flag("owned", tpm.Owned);
        document.Number("pcrs", tpm.Pcrs);
        document.EndMap();
    }
}
