using System.Security.Cryptography;
using TpmHw.ResourceManagement;
using TpmHw.Spec;
using TpmHw.Testing.Sharing;

namespace TpmHw.Transports.Tests.Serving;

public sealed class ResourceManagerTests
{
    private static readonly byte[] s_data = [1, 2, 3];

    [Fact]
    public void A_client_command_is_one_command_as_long_as_everything_fits()
    {
        using var shared = new SharedLibtpms();
        using TpmClient first = shared.Connect(), second = shared.Connect();
        uint key = first.LoadKey([1]).Handle;
        uint other = second.LoadKey([2]).Handle;
        int before = shared.Commands;
        for (int i = 0; i < 10; i++)
        {
            Assert.Equal(Expected([1]), first.Hmac(key, s_data).Hmac);
            Assert.Equal(Expected([2]), second.Hmac(other, s_data).Hmac);
        }

        Assert.Equal(20, shared.Commands - before);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(8)]
    public void Keys_that_are_used_in_turn_cost_the_least_that_three_slots_can_do(int count)
    {
        using var shared = new SharedLibtpms();
        using TpmClient client = shared.Connect();
        uint[] keys = [.. Enumerable.Range(1, count).Select(i => client.LoadKey([(byte)i]).Handle)];
        int uses = count * (count - 1);
        Use(2 * uses); // it learns how they are used
        int before = shared.Commands;
        Use(uses);

        // Belady's bound: of n keys in turn, n - 3 out of n - 1 uses miss. Each takes a flush and a load.
        Assert.Equal(uses + 2 * count * (count - 3), shared.Commands - before);

        void Use(int times)
        {
            for (int i = 0; i < times; i++)
            {
                Assert.Equal(Expected([(byte)(i % count + 1)]), client.Hmac(keys[i % count], s_data).Hmac);
            }
        }
    }

    [Fact]
    public void Who_uses_many_keys_drives_out_his_own_before_another_clients()
    {
        using var shared = new SharedLibtpms();
        using TpmClient many = shared.Connect(), one = shared.Connect();
        uint[] keys = [.. Enumerable.Range(1, 5).Select(i => many.LoadKey([(byte)i]).Handle)];
        uint only = one.LoadKey([9]).Handle;
        for (int i = 0; i < 20; i++)
        {
            many.Hmac(keys[i % keys.Length], s_data);
            int before = shared.Commands;
            Assert.Equal(Expected([9]), one.Hmac(only, s_data).Hmac);
            Assert.Equal(1, shared.Commands - before);
        }
    }

    [Fact]
    public void Handles_are_numbered_for_each_client_and_mean_nothing_to_another()
    {
        using var shared = new SharedLibtpms();
        using TpmClient first = shared.Connect(), second = shared.Connect();
        uint[] keys = [first.LoadKey([1]).Handle, first.LoadKey([2]).Handle];
        uint session = first.StartSession().Handle;

        Assert.Equal([0x80000000u, 0x80000001u], keys);
        Assert.Equal(keys, first.Handles(0x80));
        Assert.Equal([session], first.Handles(0x02));
        Assert.Empty(second.Handles(0x80));
        Assert.Empty(second.Handles(0x02));
        Assert.Equal(0x910u, second.Hmac(keys[0], s_data).Code);
        Assert.Equal(0x910u, second.PolicyDigest(session).Code);
        Assert.Equal(0x1CBu, second.Flush(keys[0]));
        Assert.Equal(0x1CBu, second.Flush(session));
        Assert.Equal(0x80000000u, second.LoadKey([3]).Handle);
        Assert.Equal(Expected([3]), second.Hmac(0x80000000, s_data).Hmac);
        Assert.Equal(Expected([1]), first.Hmac(0x80000000, s_data).Hmac);
    }

    [Fact]
    public void A_sequence_goes_on_where_it_was_when_it_is_swapped()
    {
        using var shared = new SharedLibtpms();
        using TpmClient client = shared.Connect();
        uint[] sequences = [.. Enumerable.Range(0, 5).Select(_ => client.StartHash())];
        for (int round = 0; round < 3; round++)
        {
            foreach (uint sequence in sequences)
            {
                Assert.Equal(0u, client.UpdateHash(sequence, [(byte)round, (byte)sequence]));
            }
        }

        foreach (uint sequence in sequences)
        {
            Assert.Equal(SHA256.HashData([0, (byte)sequence, 1, (byte)sequence, 2, (byte)sequence]), client.CompleteHash(sequence));
        }

        Assert.Empty(client.Handles(0x80));
        Assert.Empty(shared.LeftOver());
    }

    [Fact]
    public void A_client_has_as_much_as_it_may_and_no_more()
    {
        using var shared = new SharedLibtpms();
        using TpmClient greedy = shared.Connect(options: new() { Objects = 5, Sessions = 4 }), modest = shared.Connect();
        for (int i = 0; i < 5; i++)
        {
            Assert.Equal(0u, greedy.LoadKey([(byte)i]).Code);
        }

        Assert.Equal(0xB0902u, greedy.LoadKey([9]).Code);
        for (int i = 0; i < 4; i++)
        {
            Assert.Equal(0u, greedy.StartSession().Code);
        }

        Assert.Equal(0xB0905u, greedy.StartSession().Code);
        Assert.Equal(0u, modest.LoadKey([1]).Code);
        Assert.Equal(0u, modest.StartSession().Code);
    }

    [Fact]
    public void A_session_that_its_client_saved_is_loaded_by_who_has_the_context_and_once_only()
    {
        using var shared = new SharedLibtpms();
        byte[] context;
        uint session;
        using (TpmClient first = shared.Connect())
        {
            session = first.StartSession().Handle;
            Assert.Equal(0u, first.PolicyCommandCode(session, 0x17B));
            context = first.SaveContext(session);
            Assert.Equal([session], first.Handles(0x03));
            Assert.Equal(0x910u, first.PolicyDigest(session).Code);
        }

        using TpmClient second = shared.Connect(), third = shared.Connect();
        Assert.Equal(0x1CBu, second.Flush(session));
        Assert.Equal(session, second.LoadContext(context).Handle);
        Assert.Equal(Policy(0x17B, 1), second.PolicyDigest(session).Digest);
        Assert.Equal(0x1CBu, third.LoadContext(context).Code);
        Assert.Equal(0u, second.Flush(session));
        Assert.Empty(shared.LeftOver());
    }

    [Fact]
    public void Of_sessions_that_clients_saved_and_left_there_are_so_many_and_the_oldest_goes_first()
    {
        using var shared = new SharedLibtpms(new() { SavedSessions = 2 });
        using TpmClient stays = shared.Connect();
        byte[][] kept = [.. Enumerable.Range(0, 4).Select(_ => stays.SaveContext(stays.StartSession().Handle))];
        byte[][] left = [.. Enumerable.Range(0, 3).Select(_ => Leave(shared))];

        Assert.Equal(0x1CBu, stays.LoadContext(left[0]).Code);
        Assert.All([.. kept, .. left[1..]], context => Assert.Equal(0u, stays.LoadContext(context).Code));

        static byte[] Leave(SharedLibtpms shared)
        {
            using TpmClient client = shared.Connect();
            return client.SaveContext(client.StartSession().Handle);
        }
    }

    [Fact]
    public void An_object_that_a_client_saved_can_be_loaded_by_others_as_on_a_bare_tpm()
    {
        using var shared = new SharedLibtpms();
        using TpmClient first = shared.Connect(), second = shared.Connect();
        byte[] context = first.SaveContext(first.LoadKey([7]).Handle);
        uint loaded = second.LoadContext(context).Handle;
        Assert.Equal(Expected([7]), second.Hmac(loaded, s_data).Hmac);
    }

    [Fact]
    public void What_is_found_loaded_at_the_start_is_flushed()
    {
        using var shared = new SharedLibtpms();
        shared.Direct.LoadKey([1]);
        shared.Direct.StartSession();
        using TpmClient client = shared.Connect();
        client.Random();
        Assert.Empty(shared.LeftOver());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_reset_from_outside_is_noticed_and_the_client_is_told(bool start)
    {
        using var shared = new SharedLibtpms();
        using TpmClient client = shared.Connect();
        uint key = client.LoadKey([1]).Handle;
        uint session = client.StartSession().Handle;
        shared.ResetFromOutside(start);

        Assert.Equal(0x910u, client.Hmac(key, s_data).Code);
        Assert.Equal(0x910u, client.PolicyDigest(session).Code);
        client.Random();
        Assert.Empty(client.Handles(0x80));
        key = client.LoadKey([2]).Handle;
        Assert.Equal(Expected([2]), client.Hmac(key, s_data).Hmac);
    }

    [Fact]
    public void A_reset_by_the_share_is_known_to_it()
    {
        using var shared = new SharedLibtpms();
        using TpmClient client = shared.Connect();
        uint key = client.LoadKey([1]).Handle;
        Assert.True(shared.Share.TryReset());
        Assert.Equal(8, client.Random().Length - 2);
        Assert.Equal(0x910u, client.Hmac(key, s_data).Code);
    }

    [Fact]
    public void Sessions_stay_usable_when_one_of_them_is_not_used_for_long()
    {
        using var shared = new SharedLibtpms(gap: 8);
        using TpmClient client = shared.Connect();
        uint idle = client.StartSession().Handle;
        Assert.Equal(0u, client.PolicyCommandCode(idle, 0x17B));
        uint[] busy = [.. Enumerable.Range(0, 4).Select(_ => client.StartSession().Handle)];
        for (int i = 0; i < 50; i++)
        {
            Assert.Equal(0u, client.PolicyDigest(busy[i % busy.Length]).Code);
        }

        Assert.Equal(Policy(0x17B, 1), client.PolicyDigest(idle).Digest);
        Assert.Equal(0, shared.Gaps);
    }

    [Fact]
    public void A_command_that_lies_about_its_sessions_is_refused_and_a_strange_one_too()
    {
        using var shared = new SharedLibtpms();
        using TpmClient client = shared.Connect();
        Assert.Equal(0x144u, client.Send(0x8002, 0x155, [0x80, 0, 0, 0, 0, 0, 0xFF, 0xFF]).Code);
        Assert.Equal(0x144u, client.Send(0x8002, 0x155, [0x80, 0, 0, 0, 0, 0, 0, 5, 1, 2, 3, 4, 5]).Code);
        Assert.Equal(0x142u, client.Send(0x8001, 0x173, [0x80]).Code);
        Assert.Equal(0x143u, client.Send(0x8001, 0x1FF, []).Code);
        Assert.Equal(0x143u, client.Send(0x8001, 0x20001000, [0]).Code);
    }

    [Fact]
    public async Task Sixteen_clients_with_five_keys_and_two_sessions_each_get_every_answer_right()
    {
        using var shared = new SharedLibtpms();
        await ClientWork.ByMany(16, number =>
        {
            using TpmClient client = shared.Connect($"client {number}");
            new ClientWork(client, number).Run(200);
        });
        Assert.Empty(shared.LeftOver());
    }

    [Fact]
    public void After_a_reset_from_outside_nobody_gets_the_object_that_has_the_handle_of_his_own()
    {
        using var shared = new SharedLibtpms();
        using TpmClient first = shared.Connect(), second = shared.Connect();
        uint lost = first.LoadKey([1]).Handle;
        shared.ResetFromOutside(start: true);
        uint key = second.LoadKey([2]).Handle;

        Assert.Equal(0x910u, first.Hmac(lost, s_data).Code);
        Assert.Equal(Expected([2]), second.Hmac(key, s_data).Hmac);
        Assert.Empty(first.Handles(0x80));
    }

    [Fact]
    public void A_session_that_finds_no_room_is_not_lost()
    {
        using var shared = new SharedLibtpms();
        using TpmClient client = shared.Connect();
        uint[] sessions = [.. Enumerable.Range(0, 4).Select(_ => client.StartSession().Handle)];
        byte[] areas = [.. sessions[1..].SelectMany(s => (byte[])[.. TpmClient.Bytes(s), 0, 0, 1, 0, 0])];

        // TPM2_PolicySecret with a session of its own and three more: one too many for this TPM.
        Assert.Equal(0x903u, client.Send(0x8002, 0x151, [0x40, 0, 0, 1, .. TpmClient.Bytes(sessions[0]), 0, 0, 0, (byte)areas.Length, .. areas, .. new byte[10]]).Code);
        Assert.All(sessions, session => Assert.Equal(0u, client.PolicyDigest(session).Code));
        client.Dispose();
        Assert.Empty(shared.LeftOver());
    }

    [Fact]
    public void Keys_under_a_persistent_one_have_all_the_room_that_there_is()
    {
        using var shared = new SharedLibtpms();
        using TpmClient client = shared.Connect();
        client.MakePersistent();
        uint[] keys = [.. Enumerable.Range(0, 3).Select(_ => client.LoadKeyUnder(0x81000001))];
        Use();
        int before = shared.Commands;
        Use();
        Assert.Equal(3, shared.Commands - before);

        void Use() => Array.ForEach(keys, key => Assert.Equal(0u, client.Hmac(key, s_data).Code));
    }

    [Fact]
    public void Handles_are_listed_in_the_order_of_their_numbers_whatever_their_kind()
    {
        using var shared = new SharedLibtpms();
        using TpmClient client = shared.Connect();
        uint policy = client.StartSession().Handle, hmac = client.StartSession(kind: 0).Handle;
        Assert.Equal([policy, hmac], client.Handles(0x02));
        client.SaveContext(hmac);
        client.SaveContext(policy);
        Assert.Equal([policy, hmac], client.Handles(0x03));
    }

    [Fact]
    public void What_could_not_be_flushed_when_a_client_left_is_flushed_later()
    {
        using var shared = new SharedLibtpms();
        using TpmClient stays = shared.Connect();
        using (TpmClient leaves = shared.Connect())
        {
            leaves.LoadKey([1]);
            leaves.LoadKey([2]);
            Enumerable.Range(0, 4).ToList().ForEach(_ => leaves.StartSession()); // one of them saved
            shared.IsBroken = true;
        }

        shared.IsBroken = false;
        stays.Random();
        Assert.Empty(shared.LeftOver());
    }

    [Fact]
    public void Saved_sessions_that_are_older_than_the_manager_go_when_the_tpm_can_have_no_more()
    {
        using var shared = new SharedLibtpms();
        while (shared.Direct.StartSession() is { Code: 0 } old)
        {
            shared.Direct.SaveContext(old.Handle);
        }

        using TpmClient client = shared.Connect();
        Assert.Equal(0u, client.StartSession().Code);
    }

    [Fact]
    public void A_session_that_a_command_uses_does_not_go_to_make_room_for_another_one_of_it()
    {
        using var shared = new SharedLibtpms();
        using TpmClient client = shared.Connect();
        uint policy = client.StartSession().Handle, hmac = client.StartSession(kind: 0).Handle;
        client.StartSession();
        client.StartSession(); // for which the first one was saved; the second one is the next to go
        int before = shared.Commands;
        Assert.Equal(0u, client.PolicySecret(policy, hmac));
        Assert.Equal(3, shared.Commands - before);
    }

    [Fact]
    public void A_list_of_handles_has_no_more_than_a_tpm_gives_at_once()
    {
        using var shared = new SharedLibtpms();
        using TpmClient client = shared.Connect(options: new() { Objects = 300 });
        Enumerable.Range(0, 300).ToList().ForEach(i => Assert.Equal(0u, client.LoadKey([(byte)i, (byte)(i >> 8)]).Code));
        byte[] body = client.Succeed(0x8001, 0x17A, [0, 0, 0, 1, 0x80, 0, 0, 0, 0, 0, 1, 0x2C]);
        Assert.Equal([1, 0, 0, 0, 1, 0, 0, 0, 254], body[..9]);
        Assert.Equal(9 + 4 * 254, body.Length);
    }

    private static byte[] Expected(byte[] key) => ClientWork.Hmac(key, s_data);

    private static byte[] Policy(uint code, int steps) => ClientWork.Policy(code, steps);
}
