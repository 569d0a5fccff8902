using TpmHw.Cli;
using TpmHw.Cli.Hosting;

return CommandLine.Run(args, new ProcessHost());
