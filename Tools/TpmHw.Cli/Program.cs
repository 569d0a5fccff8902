using TpmHw.Cli;
using TpmHw.Cli.Hosting;
using TpmHw.Simulation;
using TpmHw.Transports;

SimulationTransports.AddTo(TransportCatalog.Default);
return CommandLine.Run(args, new ProcessHost());
