using System.Buffers.Binary;
using TpmHw.Testing;
using TpmHw.Transports.Registers;

namespace TpmHw.Simulation.Tests;

/// <summary>A model, and the steps of a driver by hand, as one reads them in the specification.</summary>
internal sealed class Bench : IDisposable
{
    public const uint StsValid = 0x80;
    public const uint CommandReady = 0x40;
    public const uint Go = 0x20;
    public const uint DataAvail = 0x10;
    public const uint Expect = 0x08;
    public const uint ResponseRetry = 0x02;

    public static readonly byte[] Command = RawCommands.GetRandom(TpmFamily.Tpm20, 16);

    public Bench(FifoProfile? profile = null, int responseSize = 28)
    {
        profile ??= FifoProfiles.Plain;
        Model = new FifoModel(profile, new CannedTpm(profile.Family, (command, response) =>
        {
            Executed.Add(command.ToArray());
            for (int i = 0; i < responseSize; i++)
            {
                response[i] = (byte)i;
            }

            RawCommands.WithSize(RawCommands.Response(0), (uint)responseSize).CopyTo(response);
            return responseSize;
        }));
        Model.Clock.Advance(profile.PowerUpTime);
    }

    public FifoModel Model { get; }

    public List<byte[]> Executed { get; } = [];

    public uint Status => Read(TpmRegister.Sts, 4);

    public uint BurstCount => Status >> 8 & 0xFFFF;

    public uint Read(TpmRegister register, int size = 4, int locality = 0)
    {
        byte[] value = new byte[4];
        Model.Read(register, locality, value.AsSpan(0, size));
        return BinaryPrimitives.ReadUInt32LittleEndian(value);
    }

    public void Write(TpmRegister register, uint value, int size = 1, int locality = 0)
    {
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        Model.Write(register, locality, bytes.AsSpan(0, size));
    }

    public void WaitFor(uint mask, uint value)
    {
        for (int i = 0; (Status & mask) != value; i++)
        {
            Assert.True(i < 100_000, $"STS stays at {Status:X8}.");
            Model.Clock.Wait(TimeSpan.FromMicroseconds(10));
        }
    }

    public void Request(int locality = 0)
    {
        Write(TpmRegister.Access, 0x02, locality: locality);
        for (int i = 0; (Read(TpmRegister.Access, 1, locality) & 0xA2) != 0xA0; i++)
        {
            Assert.True(i < 100_000);
            Model.Clock.Wait(TimeSpan.FromMicroseconds(10));
        }
    }

    public void GetReady()
    {
        while ((Status & CommandReady) == 0)
        {
            Write(TpmRegister.Sts, CommandReady);
            Model.Clock.Wait(Model.Profile.CommandReadyTime);
        }
    }

    public void Send(byte[] command)
    {
        for (int sent = 0; sent < command.Length;)
        {
            int piece = Math.Min((int)WaitForBurst(), command.Length - sent);
            Model.Write(TpmRegister.DataFifo, 0, command.AsSpan(sent, piece));
            sent += piece;
        }
    }

    public byte[] Receive(int size)
    {
        byte[] response = new byte[size];
        for (int received = 0; received < size;)
        {
            int piece = Math.Min((int)WaitForBurst(), size - received);
            Model.Read(TpmRegister.DataFifo, 0, response.AsSpan(received, piece));
            received += piece;
        }

        return response;
    }

    public uint WaitForBurst()
    {
        uint burst;
        for (int i = 0; (burst = BurstCount) == 0; i++)
        {
            Assert.True(i < 100_000);
            Model.Clock.Wait(TimeSpan.FromMicroseconds(10));
        }

        return burst;
    }

    public void Start(byte[]? command = null)
    {
        GetReady();
        Send(command ?? Command);
        if (Model.Profile.HasExpect)
        {
            WaitFor(StsValid | Expect, StsValid);
        }

        Write(TpmRegister.Sts, Go);
    }

    /// <summary>One whole command, as the specification has it.</summary>
    public byte[] Run(int responseSize = 28)
    {
        Start();
        WaitFor(StsValid | DataAvail, StsValid | DataAvail);
        byte[] response = Receive(responseSize);
        WaitFor(StsValid | DataAvail, StsValid);
        Write(TpmRegister.Sts, CommandReady);
        return response;
    }

    public void AssertBroken(TpmRule rule)
    {
        RuleViolation violation = Assert.Single(Model.Rules.Violations);
        Assert.Equal(rule, violation.Rule);
        Assert.False(violation.DuringFault);
        Assert.NotEmpty(violation.Detail);
        Assert.Contains(rule.ToString(), violation.ToString(), StringComparison.Ordinal);
    }

    public void AssertNothingBroken() => Assert.Equal([], Model.Rules.Violations.Select(static v => v.ToString()));

    public void Dispose() => Model.Dispose();
}
