using System.Diagnostics;
using Xunit;
using Xunit.Abstractions;

namespace TpmHw.Tbs.Wine;

/// <summary>Collects the tests that there are.</summary>
internal sealed class Discovery : LongLivedMarshalByRefObject, IMessageSink
{
    public List<ITestCase> Cases { get; } = [];

    public ManualResetEventSlim Finished { get; } = new();

    public bool OnMessage(IMessageSinkMessage message)
    {
        switch (message)
        {
            case ITestCaseDiscoveryMessage found:
                Cases.Add(found.TestCase);
                break;
            case IDiscoveryCompleteMessage:
                Finished.Set();
                break;
        }

        return true;
    }
}

/// <summary>Counts the tests that ran, and tells of those that failed.</summary>
internal sealed class TestRun : LongLivedMarshalByRefObject, IMessageSink, IDisposable
{
    private long _lastMessage = Stopwatch.GetTimestamp();

    public HashSet<string> Running { get; } = [];

    public TimeSpan SinceLastMessage => Stopwatch.GetElapsedTime(Volatile.Read(ref _lastMessage));

    public int Passed { get; private set; }

    public int Failed { get; private set; }

    public int Skipped { get; private set; }

    public ManualResetEventSlim Finished { get; } = new();

    public bool OnMessage(IMessageSinkMessage message)
    {
        Volatile.Write(ref _lastMessage, Stopwatch.GetTimestamp());
        lock (Finished)
        {
            switch (message)
            {
                case ITestStarting starting:
                    Running.Add(starting.Test.DisplayName);
                    break;
                case ITestFinished finished:
                    Running.Remove(finished.Test.DisplayName);
                    break;
                case ITestPassed:
                    Passed++;
                    break;
                case ITestSkipped:
                    Skipped++;
                    break;
                case IFailureInformation failure: // a test that failed, or a clean-up after one
                    Failed++;
                    Tell(message is ITestMessage test ? test.Test.DisplayName : message.GetType().Name, failure);
                    break;
                case ITestAssemblyFinished:
                    Finished.Set();
                    break;
            }
        }

        return true;
    }

    public void Dispose() => Finished.Dispose();

    private static void Tell(string what, IFailureInformation failure)
    {
        Console.Error.WriteLine($"FAILED {what}");
        Console.Error.WriteLine(string.Join(Environment.NewLine, failure.Messages));
        Console.Error.WriteLine(string.Join(Environment.NewLine, failure.StackTraces));
    }
}

/// <summary>xunit's defaults, and everything at the call.</summary>
internal sealed class RunOptions : ITestFrameworkDiscoveryOptions, ITestFrameworkExecutionOptions
{
    private readonly Dictionary<string, object?> _values = [];

    public TValue GetValue<TValue>(string name) => _values.TryGetValue(name, out object? value) ? (TValue)value! : default!;

    public void SetValue<TValue>(string name, TValue value) => _values[name] = value;
}
