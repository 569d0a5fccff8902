using TpmHw.Testing;

namespace TpmHw.Simulation.Tests.I2c;

/// <summary>A TPM without registers: one message is a command, another its response.</summary>
public sealed class AtmelModelTests : IDisposable
{
    private static readonly byte[] s_command = RawCommands.GetRandom(TpmFamily.Tpm12, 4);
    private static readonly byte[] s_response = [0, 0xC4, 0, 0, 0, 14, 0, 0, 0, 0, 1, 2, 3, 4];

    private readonly List<byte[]> _executed = [];
    private readonly AtmelModel _model;
    private readonly I2cModelPort _port;

    public AtmelModelTests()
    {
        _model = new AtmelModel(new CannedTpm(TpmFamily.Tpm12, (command, response) =>
        {
            _executed.Add(command.ToArray());
            s_response.CopyTo(response);
            return s_response.Length;
        }));
        _port = new I2cModelPort(_model);
        _model.ExecutionTime = ExecutionTimes.Fixed(TimeSpan.FromMilliseconds(3));
        _model.Clock.Wait(TimeSpan.FromMilliseconds(1));
    }

    public void Dispose() => _port.Dispose();

    [Fact]
    public void Reads_are_not_acknowledged_until_the_response_is_there_and_then_always()
    {
        byte[] response = new byte[35];
        Assert.False(_port.Read(response));
        Assert.True(_port.Write(s_command));
        Assert.Equal(FaultPhase.Execute, _model.Phase);
        Assert.False(_port.Read(response));
        Assert.False(_port.Write(s_command));
        _model.Clock.Wait(TimeSpan.FromMilliseconds(3));
        Assert.True(_port.Read(response.AsSpan(0, 10)));
        Assert.Equal(s_response[..10], response[..10]);
        Assert.Equal(FaultPhase.Receive, _model.Phase);
        Assert.True(_port.Read(response));
        Assert.Equal([.. s_response, .. Enumerable.Repeat((byte)0xFF, 21)], response);
        Assert.Equal(FaultPhase.Finish, _model.Phase);
        Assert.True(_port.Read(response));
        Assert.Equal(s_response, response[..14]);
        Assert.Equal([s_command], _executed);
        Assert.Equal(1, _model.Counters.BusyPolls);
        Assert.Equal(1, _model.Counters.Executions[0x46]);
        Assert.Empty(_model.Rules.Violations);
        Assert.True(_port.Write(s_command));
        Assert.False(_port.Read(response));
    }

    [Theory]
    [InlineData(9)]
    [InlineData(13)]
    [InlineData(15)]
    public void A_message_that_is_not_one_command(int length)
    {
        Assert.True(_port.Write([.. s_command[..Math.Min(length, s_command.Length)], .. new byte[Math.Max(0, length - s_command.Length)]]));
        Assert.Equal(TpmRule.MalformedMessage, Assert.Single(_model.Rules.Violations).Rule);
        _model.Clock.Wait(TimeSpan.FromMilliseconds(3));
        byte[] response = new byte[10];
        Assert.Equal(length >= 10, _port.Read(response));
        Assert.Equal(length >= 10 ? 0x19 : 0, response[9]);
        Assert.Empty(_executed);
    }

    [Fact]
    public void A_reset_ends_a_command_that_hangs()
    {
        _model.Inject(new Fault(FaultKind.Hang));
        _port.Write(s_command);
        _model.Clock.Wait(TimeSpan.FromHours(1));
        Assert.False(_port.Read(new byte[10]));
        _model.ClearFaults();
        Assert.True(_port.Read(new byte[10]));
        _model.Inject(new Fault(FaultKind.Reset, 30_000));
        _model.ClearFaults();
        _model.Clock.Wait(TimeSpan.FromMilliseconds(30));
        Assert.False(_port.Write(s_command));
        _model.Clock.Wait(TimeSpan.FromMilliseconds(1));
        Assert.False(_port.Read(new byte[10]));
        Assert.True(_port.Write(s_command));
    }

    [Theory]
    [InlineData(FaultKind.WrongSize, -2, "00C40000000C0000000001020304FFFF")]
    [InlineData(FaultKind.LeftOverData, 1, "00C40000000E0000000001020304EEFF")]
    [InlineData(FaultKind.ResponseDamaged, 11, "00C40000000E0000000001030304FFFF")]
    [InlineData(FaultKind.MisoFloating, 0, "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF")]
    [InlineData(FaultKind.MisoStuckLow, 0, "00000000000000000000000000000000")]
    public void A_response_that_is_spoilt(FaultKind kind, int value, string expected)
    {
        _model.Inject(new Fault(kind, value));
        _port.Write(s_command);
        _model.Clock.Wait(TimeSpan.FromMilliseconds(3));
        byte[] response = new byte[16];
        Assert.True(_port.Read(response));
        Assert.Equal(expected, Convert.ToHexString(response));
        _model.ClearFaults();
        _port.Write(s_command);
        _model.Clock.Wait(TimeSpan.FromMilliseconds(3));
        Assert.True(_port.Read(response));
        Assert.Equal("00C40000000E0000000001020304FFFF", Convert.ToHexString(response));
    }
}
