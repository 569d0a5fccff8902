using System.Reflection;
using TpmHw.Tbs.Wine;
using Xunit.Abstractions;
using Xunit.Sdk;

// Runs the tests of TpmHw.Tbs but for those of other systems, and ends with "N passed, N failed, N skipped".
Assembly tests = Assembly.Load("TpmHw.Tbs.Tests");
using var framework = new XunitTestFramework(new NullMessageSink());
var options = new RunOptions();

var discovery = new Discovery();
using ITestFrameworkDiscoverer discoverer = framework.GetDiscoverer(new ReflectionAssemblyInfo(tests));
discoverer.Find(includeSourceInformation: false, discovery, options);
discovery.Finished.Wait();

using var run = new TestRun();
using ITestFrameworkExecutor executor = framework.GetExecutor(tests.GetName());
executor.RunTests(discovery.Cases.Where(static test => !(test.Traits.TryGetValue("System", out List<string>? systems) && systems.Contains("Unix"))), run, options);

// Wine can end a thread after an exception that leaves a test, and leave the others waiting for it.
while (!run.Finished.Wait(TimeSpan.FromMilliseconds(100)))
{
    if (run.SinceLastMessage > TimeSpan.FromMinutes(1))
    {
        Console.Error.WriteLine($"HANGS {string.Join(", ", run.Running)}");
        Environment.Exit(1);
    }
}

Console.WriteLine($"{run.Passed} passed, {run.Failed} failed, {run.Skipped} skipped");
return run.Passed > 0 && run.Failed == 0 && run.Skipped == 0 ? 0 : 1;
