using FunctionJobs.LocalServices;
using FunctionJobs.Worker;
using StackExchange.Redis;

namespace FunctionJobs.Tests;

/// <summary>What hosts scale a stream trigger by must be true: the lag of its group.</summary>
public sealed class StreamDoorbellTests
{
    [Fact]
    public async Task A_group_that_was_set_right_and_reads_no_more_stops_no_later_look()
    {
        await using var queue = await TestQueue.CreateAsync(Doorbell.Stream);
        var worker = queue.AsWorker();
        await queue.Database.StreamCreateConsumerGroupAsync(queue.Keys.Trigger, Group, "0-0");
        await queue.EnqueueAsync("read by the trigger");
        await queue.Database.StreamReadGroupAsync(queue.Keys.Trigger, Group, "host", ">");
        await worker.FetchOneAsync();
        // Taken by the pump before the trigger, whose listener is dead from here on, read of them.
        await queue.EnqueueManyAsync(["a", "b", "c"]);
        await Fetch.RunAsync(worker, 3);
        var waiting = await queue.EnqueueAsync("waits");

        await worker.RescueAsync();
        await worker.RescueAsync();

        var job = (await worker.FetchOneAsync())!;
        Assert.Equal([waiting.Id], (await RescueOutlivedAsync(worker, job.Id)).Rescued);
    }

    private static async Task<RescueReport> RescueOutlivedAsync(WorkerQueue worker, string id)
    {
        await worker.OutliveLeaseAsync(id);
        return await worker.RescueAsync();
    }

    private const string Group = "Functions.Test";

    [Fact]
    public async Task The_lag_of_the_triggers_group_is_right_as_soon_as_the_pump_took_jobs_that_it_had_not_read()
    {
        await using var queue = await TestQueue.CreateAsync(Doorbell.Stream);
        var worker = queue.AsWorker();
        await queue.Database.StreamCreateConsumerGroupAsync(queue.Keys.Trigger, Group, "0-0");
        await queue.EnqueueManyAsync(Enumerable.Range(0, 100).Select(n => $"{n}"));
        await queue.Database.StreamReadGroupAsync(queue.Keys.Trigger, Group, "host", ">", 10);

        await Fetch.RunAsync(worker, 60);
        Assert.Equal(40, await LagAsync(queue));

        await Fetch.RunAsync(worker, 60);
        Assert.Equal(0, await LagAsync(queue));

        await queue.EnqueueAsync();
        Assert.Equal(1, await LagAsync(queue));
        var unread = await queue.Database.StreamReadGroupAsync(queue.Keys.Trigger, Group, "host", ">", 10);
        Assert.Single(unread);
        Assert.Equal(0, await LagAsync(queue));
    }

    [Fact]
    public async Task Entries_that_a_dead_host_had_read_are_rung_again_for_the_jobs_still_available()
    {
        await using var queue = await TestQueue.CreateAsync(Doorbell.Stream);
        await queue.Database.StreamCreateConsumerGroupAsync(queue.Keys.Trigger, Group, "0-0");
        await queue.EnqueueManyAsync(["a", "b", "c"]);
        await queue.Database.StreamReadGroupAsync(queue.Keys.Trigger, Group, "dead host", ">", 10);

        await queue.AsWorker().RescueAsync();

        Assert.Equal(3, (await queue.Database.StreamReadGroupAsync(queue.Keys.Trigger, Group, "other host", ">", 10)).Length);
    }

    [Fact]
    public async Task Where_the_groups_may_not_be_asked_for_the_doorbell_does_not_grow()
    {
        await using var server = await LocalRedis.StartAsync();
        await using var admin = await ConnectionMultiplexer.ConnectAsync(server.ConnectionString);
        await admin.GetDatabase().ExecuteAsync("ACL", "SETUSER", "app", "on", ">secret", "~*", "&*", "+@all", "-xinfo");
        await using var queue = await TestQueue.CreateAsync(Doorbell.Stream, $"{server.ConnectionString},user=app,password=secret");
        await queue.EnqueueManyAsync(["a", "b", "c"]);

        await queue.AsWorker().RescueAsync();
        await queue.AsWorker().RescueAsync();

        Assert.Equal(3, await queue.DoorbellLengthAsync());
    }

    private static async Task<long?> LagAsync(TestQueue queue) =>
        Assert.Single(await queue.Database.StreamGroupInfoAsync(queue.Keys.Trigger)).Lag;
}
