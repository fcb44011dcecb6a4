using FunctionJobs.Worker;

namespace FunctionJobs.Tests;

/// <summary>What hosts scale a stream trigger by must be true: the lag of its group.</summary>
public sealed class StreamDoorbellTests
{
    private const string Group = "Functions.Test";

    [Fact]
    public async Task The_lag_of_the_triggers_group_is_right_again_after_the_pump_took_jobs_that_it_had_not_read()
    {
        await using var queue = await TestQueue.CreateAsync(Doorbell.Stream);
        var worker = queue.AsWorker();
        await queue.Database.StreamCreateConsumerGroupAsync(queue.Keys.Trigger, Group, "0-0");
        await queue.EnqueueManyAsync(Enumerable.Range(0, 100).Select(n => $"{n}"));
        await queue.Database.StreamReadGroupAsync(queue.Keys.Trigger, Group, "host", ">", 10);

        await Fetch.RunAsync(worker, 60);
        await worker.RescueAsync();
        Assert.Equal(40, await LagAsync(queue));

        await Fetch.RunAsync(worker, 60);
        await worker.RescueAsync();
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

    private static async Task<long?> LagAsync(TestQueue queue) =>
        Assert.Single(await queue.Database.StreamGroupInfoAsync(queue.Keys.Trigger)).Lag;
}
