using TpmHw.Testing;

namespace TpmHw.Simulation.Tests.I2c;

/// <summary>A chip on I2C, and messages by hand, with the pauses that its documents ask for.</summary>
internal sealed class I2cBench : IDisposable
{
    public static readonly byte[] Command = RawCommands.GetRandom(TpmFamily.Tpm20, 16);
    public static readonly byte[] Response = [0x80, 0x01, 0, 0, 0, 12, 0, 0, 0, 0, 0xA5, 0x5A];

    public I2cBench(FifoProfile profile, I2cModelSettings? settings = null)
    {
        Model = new FifoModel(profile, new CannedTpm(profile.Family, (command, response) =>
        {
            Executed.Add(command.ToArray());
            Response.CopyTo(response);
            return Response.Length;
        }));
        Port = new I2cModelPort(Model, settings);
        Model.Clock.Wait(profile.PowerUpTime);
    }

    public FifoModel Model { get; }

    public I2cModelPort Port { get; }

    public List<byte[]> Executed { get; } = [];

    /// <summary>Waited before each message.</summary>
    public TimeSpan Pause { get; set; } = TimeSpan.FromMicroseconds(250);

    /// <summary>What follows the register's byte where it is going to be read.</summary>
    public byte[] Filler { get; init; } = [];

    public static string Hex(ReadOnlySpan<byte> bytes) => Convert.ToHexString(bytes);

    public string Read(int register, int size)
    {
        byte[] value = new byte[size];
        Send([(byte)register, .. Filler]);
        Repeat(() => Port.Read(value));
        return Hex(value);
    }

    public byte[] ReadBytes(int register, int size) => Convert.FromHexString(Read(register, size));

    public void Write(int register, params byte[] value) => Send([(byte)register, .. value]);

    public void WaitFor(Func<bool> holds)
    {
        for (int i = 0; !holds(); i++)
        {
            Assert.True(i < 10_000, "It does not come.");
            Model.Clock.Wait(TimeSpan.FromMicroseconds(100));
        }
    }

    public void AssertNothingBroken() => Assert.Equal([], Model.Rules.Violations.Select(static v => v.ToString()));

    public void AssertBroken(TpmRule rule)
    {
        RuleViolation violation = Assert.Single(Model.Rules.Violations);
        Assert.Equal(rule, violation.Rule);
        Assert.False(violation.DuringFault);
        Assert.NotEmpty(violation.Detail);
    }

    public void Dispose() => Port.Dispose();

    private void Send(byte[] bytes) => Repeat(() => Port.Write(bytes));

    // A chip that has no time acknowledges nothing, and the message is repeated.
    private void Repeat(Func<bool> message)
    {
        int tries = 0;
        do
        {
            Assert.True(tries++ < 50, "Not acknowledged.");
            Model.Clock.Wait(Pause);
        }
        while (!message());
    }
}
