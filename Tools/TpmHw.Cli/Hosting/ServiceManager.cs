using System.Net.Sockets;
using System.Text;

namespace TpmHw.Cli.Hosting;

/// <summary>Tells systemd how a service is doing, where it wants to know (sd_notify(3)).</summary>
internal sealed class ServiceManager(CliHost host)
{
    /// <summary>The service serves.</summary>
    public void Ready() => Notify("READY=1");

    /// <summary>The service ends.</summary>
    public void Stopping() => Notify("STOPPING=1");

    private void Notify(string state)
    {
        if (host.Variable("NOTIFY_SOCKET") is not { Length: > 1 } path)
        {
            return;
        }

        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
            socket.SendTo(Encoding.UTF8.GetBytes(state), new UnixDomainSocketEndPoint(path[0] == '@' ? '\0' + path[1..] : path));
        }
        catch (Exception e) when (e is SocketException or ArgumentException)
        {
            // Nobody listens there. The service is none the worse for it.
        }
    }
}
