using TpmHw.Transport;

namespace TpmHw.Transports.Serving;

/// <summary>One place where clients of a front end come in.</summary>
internal interface IListener : IDisposable
{
    void Start();

    /// <summary>Takes no more clients, and no more commands of those that there are.</summary>
    void StopTaking();

    /// <summary>Waits until the last response is sent.</summary>
    /// <returns>Whether it was, in time.</returns>
    bool Drain(Deadline deadline);
}
