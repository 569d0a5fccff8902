using System.Runtime.InteropServices;

namespace TpmHw.Cli.Hosting;

/// <summary>This process's own streams and environment.</summary>
internal sealed class ProcessHost : CliHost
{
    private Stream? _input;
    private Stream? _output;
    private Stream? _error;

    public override Stream Input => _input ??= OperatingSystem.IsWindows() ? Console.OpenStandardInput() : new StandardStream(0);

    public override Stream Output => _output ??= OperatingSystem.IsWindows() ? Console.OpenStandardOutput() : new StandardStream(1);

    public override Stream Error => _error ??= OperatingSystem.IsWindows() ? Console.OpenStandardError() : new StandardStream(2);

    public override bool InputIsTerminal => OperatingSystem.IsWindows() ? !Console.IsInputRedirected : StandardStream.IsTerminal(0);

    public override bool OutputIsTerminal => OperatingSystem.IsWindows() ? !Console.IsOutputRedirected : StandardStream.IsTerminal(1);

    public override bool ErrorIsTerminal => OperatingSystem.IsWindows() ? !Console.IsErrorRedirected : StandardStream.IsTerminal(2);

    public override int Width => OutputIsTerminal && Console.WindowWidth > 0 ? Console.WindowWidth : 80;

    public override string? Variable(string name) => Environment.GetEnvironmentVariable(name);

    public override IDisposable WatchInterrupt(Action interrupted) => new Signals(interrupted);

    /// <summary>The first signal asks; a second one ends the process as it would have without us.</summary>
    private sealed class Signals : IDisposable
    {
        private readonly PosixSignalRegistration _interrupt;
        private readonly PosixSignalRegistration _terminate;
        private readonly Action _interrupted;
        private int _seen;

        public Signals(Action interrupted)
        {
            _interrupted = interrupted;
            _interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Handle);
            _terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Handle);
        }

        public void Dispose()
        {
            _interrupt.Dispose();
            _terminate.Dispose();
        }

        private void Handle(PosixSignalContext context)
        {
            if (Interlocked.Exchange(ref _seen, 1) == 0)
            {
                context.Cancel = true;
                _interrupted();
            }
        }
    }
}
