namespace TpmHw.Core.Tests.Transport;

/// <summary>The name of a file that is gone with the test.</summary>
internal sealed class TempFile : IDisposable
{
    public string Path { get; } = System.IO.Path.Combine(System.IO.Path.GetTempPath(), "tpmhw-" + Guid.NewGuid().ToString("N"));

    public void Dispose() => File.Delete(Path);
}
