using System.CommandLine;
using TpmHw.Cli.Errors;
using TpmHw.Cli.Output;
using TpmHw.Cli.Wire;
using TpmHw.Wire;

namespace TpmHw.Cli.Commands;

/// <summary>The wire to a TPM while it is opened and while it executes one command: to bring a board up, and to learn.</summary>
internal sealed class WireCommand : CliCommand
{
    private readonly Argument<string> _command = new("command")
    {
        Description = "The command in hex digits; without it, one for eight random bytes. It is sent and shown as it is",
        Arity = ArgumentArity.ZeroOrOne,
    };

    public WireCommand()
        : base("wire", "Show transfer by transfer what SPI or I2C carries for one command; on a modelled chip, where --tpm names no other") => Arguments.Add(_command);

    /// <summary>Few machines have a wire to look at; the model is there for everybody.</summary>
    public override string OwnConnection => "sim:spi";

    public override string? WhyUnprotected => "it shows a wire, which is for reading.";

    public override ExitCode Run(CommandContext context)
    {
        byte[]? command = context.Value(_command) is { } text ? Checked(Hex.Bytes(text, "The command")) : null;
        var exchange = new WireExchange();
        try
        {
            using ITpmTransport transport = exchange.Open(wire => context.OpenTransport(wire));
            if (exchange.Opening.Count == 0)
            {
                throw new CliException(
                    ExitCode.NotSupported,
                    $"'{transport.Info.Name}' has no wire that is seen from here.",
                    "It takes a transport that drives the wire itself, such as spidev:/dev/spidev0.1 or i2cdev:/dev/i2c-1, or a modelled chip: sim:spi, sim:i2c.");
            }

            if (command is null)
            {
                exchange.AskForRandom(transport, context.Cancellation);
            }
            else
            {
                exchange.Send(transport, command, context.Cancellation);
            }

            // Closing gives the locality back, which is no part of the command.
            Show(context.Output, exchange);
        }
        catch (TpmTransportException) when (exchange.Opening.Count > 0)
        {
            Show(context.Output, exchange); // what led to the failure is what one wants to see
            throw;
        }

        return ExitCode.Ok;
    }

    private static byte[] Checked(byte[] command) => TransmitCommand.Split(command).Count == 1
        ? command
        : throw CliException.Usage("More than one command was given.", "'tpmhw transmit' sends several.");

    private static void Show(CommandOutput output, WireExchange exchange)
    {
        var page = new Page();
        page.Heading(exchange.Connection is null ? "Opening, which failed" : "Opening " + exchange.Connection).Frames(exchange.Opening);
        if (exchange.Command is not null)
        {
            page.Heading("The command").Row("command", Convert.ToHexStringLower(exchange.Command));
            if (exchange.Response is { } response)
            {
                page.Row("response", Convert.ToHexStringLower(response)).Row("says", new TpmResponseCode(TpmHeader.Read(response).Code).ToString());
            }

            page.Row("before it", exchange.Started ? "Startup, which the TPM waited for" : null);
            if (exchange.Frames.Count > 0)
            {
                page.Frames(exchange.Frames);
            }
        }

        output.Page(page, document =>
        {
            document.BeginMap();
            document.Text("connection", exchange.Connection);
            WireReport.Write(document, "opening", exchange.Opening);
            document.Text("command", Digits(exchange.Command));
            document.Text("response", Digits(exchange.Response));
            WireReport.Write(document, "wire", exchange.Frames);
            document.EndMap();
        });
    }

    private static string? Digits(byte[]? bytes) => bytes is null ? null : Convert.ToHexStringLower(bytes);
}
