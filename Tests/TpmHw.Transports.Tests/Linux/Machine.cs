using TpmHw.Transports.Linux;

namespace TpmHw.Transports.Tests.Linux;

/// <summary>The /etc, /proc and /sys of a made-up machine, in a folder.</summary>
internal sealed class Machine : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("tpmhw").FullName;

    public Machine() => Host = new LinuxHost(_root);

    public LinuxHost Host { get; }

    /// <summary>Writes a file and gives its path.</summary>
    public string Put(string path, string text)
    {
        string file = Path.Combine(_root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text + "\n");
        return file;
    }

    /// <summary>A process with one file open.</summary>
    public void PutProcess(int process, string command, uint user, string openFile)
    {
        Put($"proc/{process}/comm", command);
        Put($"proc/{process}/status", $"Name:\t{command}\nUid:\t{user}\t{user}\t{user}\t{user}");
        Directory.CreateDirectory(Path.Combine(_root, $"proc/{process}/fd"));
        File.CreateSymbolicLink(Path.Combine(_root, $"proc/{process}/fd/3"), openFile);
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);
}
