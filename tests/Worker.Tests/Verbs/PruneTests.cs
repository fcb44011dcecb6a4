using FunctionJobs.Worker;

namespace FunctionJobs.Tests;

public sealed class PruneTests
{
    [Fact]
    public async Task Dead_letters_beyond_the_number_go_and_the_oldest_go_first()
    {
        await using var queue = await TestQueue.CreateAsync();
        var worker = queue.AsWorker(options => options.KeepDiscardedAtMost = 2);
        var ids = await DiscardAsync(queue, worker, 5);

        await Prune.RunAsync(worker);

        Assert.Equal(ids[3..], (await queue.Database.SortedSetRangeByRankAsync(queue.Keys.Discarded)).Select(id => id.ToString()));
        Assert.Null(await queue.StateAsync(ids[0]));
        Assert.Equal(JobState.Discarded, await queue.StateAsync(ids[4]));
    }

    [Fact]
    public async Task Dead_letters_beyond_the_age_go_with_their_records()
    {
        await using var queue = await TestQueue.CreateAsync();
        var worker = queue.AsWorker();
        var ids = await DiscardAsync(queue, worker, 2);
        await queue.Database.SortedSetAddAsync(queue.Keys.Discarded, ids[0], 1);

        await Prune.RunAsync(worker);

        Assert.Null(await queue.StateAsync(ids[0]));
        Assert.Equal(JobState.Discarded, await queue.StateAsync(ids[1]));
        Assert.True(await queue.Database.KeyTimeToLiveAsync(queue.Keys.Job(ids[1])) > TimeSpan.FromDays(6));
    }

    [Fact]
    public async Task Dead_letters_are_kept_for_as_long_as_the_setting_says()
    {
        await using var queue = await TestQueue.CreateAsync();
        var worker = queue.AsWorker(options => options.KeepDiscardedFor = TimeSpan.FromHours(2));
        var ids = await DiscardAsync(queue, worker, 2);
        var now = (await queue.NowAsync()).ToUnixTimeMilliseconds();
        await queue.Database.SortedSetAddAsync(queue.Keys.Discarded, [new(ids[0], now - 7_200_001), new(ids[1], now - 7_100_000)]);

        await Prune.RunAsync(worker);

        Assert.Null(await queue.StateAsync(ids[0]));
        Assert.Equal(JobState.Discarded, await queue.StateAsync(ids[1]));
        Assert.InRange((await queue.Database.KeyTimeToLiveAsync(queue.Keys.Job(ids[1])))!.Value, TimeSpan.FromHours(1.9), TimeSpan.FromHours(2));
    }

    [Fact]
    public async Task Dead_letters_beyond_the_number_go_also_where_some_are_beyond_the_age()
    {
        await using var queue = await TestQueue.CreateAsync();
        var worker = queue.AsWorker(options => options.KeepDiscardedAtMost = 2);
        var ids = await DiscardAsync(queue, worker, 5);
        await queue.Database.SortedSetAddAsync(queue.Keys.Discarded, ids[0], 1);

        await Prune.RunAsync(worker);

        Assert.Equal(ids[3..], (await queue.Database.SortedSetRangeByRankAsync(queue.Keys.Discarded)).Select(id => id.ToString()));
    }

    [Fact]
    public async Task An_id_that_is_in_use_again_keeps_its_job()
    {
        await using var queue = await TestQueue.CreateAsync();
        var worker = queue.AsWorker();
        var id = (await DiscardAsync(queue, worker, 1))[0];
        await queue.Database.KeyDeleteAsync(queue.Keys.Job(id));
        await queue.EnqueueAsync(options: new() { JobId = id });
        await queue.Database.SortedSetAddAsync(queue.Keys.Discarded, id, 1);

        await Prune.RunAsync(worker);

        Assert.Equal(JobState.Available, await queue.StateAsync(id));
    }

    [Theory]
    [InlineData(Doorbell.List)]
    [InlineData(Doorbell.Stream)]
    public async Task Doorbell_entries_that_ring_for_nothing_go(Doorbell doorbell)
    {
        await using var queue = await TestQueue.CreateAsync(doorbell);
        var handles = await queue.EnqueueManyAsync(["a", "b", "c"]);
        await handles[0].CancelAsync();
        await handles[2].CancelAsync();
        Assert.Equal(3, await queue.DoorbellLengthAsync());

        await Prune.RunAsync(queue.AsWorker());

        Assert.Equal(1, await queue.DoorbellLengthAsync());
    }

    [Fact]
    public async Task Offers_of_workers_that_wait_no_longer_go()
    {
        await using var queue = await TestQueue.CreateAsync();
        var now = (await queue.NowAsync()).ToUnixTimeMilliseconds();
        await queue.Database.SortedSetAddAsync(queue.Keys.Offers, "old", now - 1);
        await queue.Database.SortedSetAddAsync(queue.Keys.Offers, "good", now + 600_000);

        await Prune.RunAsync(queue.AsWorker());

        Assert.Equal(["good"], await queue.Database.SortedSetRangeByRankAsync(queue.Keys.Offers));
    }

    [Fact]
    public async Task Workers_that_have_long_been_gone_are_forgotten()
    {
        await using var queue = await TestQueue.CreateAsync();
        var worker = queue.AsWorker();
        await Heartbeat.RunAsync(worker);
        await queue.Database.SortedSetAddAsync(queue.Keys.Workers, "gone", 1);

        await Prune.RunAsync(worker);

        Assert.Equal([worker.Worker.Name], (await queue.Database.SortedSetRangeByRankAsync(queue.Keys.Workers)).Select(name => name.ToString()));
    }

    [Fact]
    public async Task Readers_of_a_stream_that_have_long_been_gone_are_forgotten_with_what_they_had_read()
    {
        await using var queue = await TestQueue.CreateAsync(Doorbell.Stream);
        await queue.EnqueueAsync();
        await queue.Database.StreamCreateConsumerGroupAsync(queue.Keys.Trigger, "group", "0");
        await queue.Database.StreamReadGroupAsync(queue.Keys.Trigger, "group", "killed", ">");
        await Task.Delay(TimeSpan.FromSeconds(2));
        await queue.EnqueueAsync();
        await queue.Database.StreamReadGroupAsync(queue.Keys.Trigger, "group", "alive", ">");
        Assert.Equal(2, (await queue.Database.StreamConsumerInfoAsync(queue.Keys.Trigger, "group")).Length);

        await Prune.RunAsync(queue.AsWorker());
        Assert.Equal(2, (await queue.Database.StreamConsumerInfoAsync(queue.Keys.Trigger, "group")).Length);
        await Prune.RunAsync(queue.AsWorker(), forgetAfterMs: 1_500);

        Assert.Equal("alive", Assert.Single(await queue.Database.StreamConsumerInfoAsync(queue.Keys.Trigger, "group")).Name);
        Assert.Equal(1, (await queue.Database.StreamPendingAsync(queue.Keys.Trigger, "group")).PendingMessageCount);
    }

    private static async Task<string[]> DiscardAsync(TestQueue queue, WorkerQueue worker, int count)
    {
        var ids = new string[count];
        for (var n = 0; n < count; n++)
        {
            ids[n] = (await queue.EnqueueAsync()).Id;
            await worker.DiscardAsync((await worker.FetchOneAsync())!);
            await queue.Database.SortedSetIncrementAsync(queue.Keys.Discarded, ids[n], (n - count) * 1000);
        }

        return ids;
    }
}
