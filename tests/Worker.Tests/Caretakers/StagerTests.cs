using FunctionJobs.LocalServices;
using FunctionJobs.Worker;
using StackExchange.Redis;

namespace FunctionJobs.Tests;

public sealed class StagerTests
{
    [Fact]
    public async Task Delays_and_schedules_hold_to_a_hundred_milliseconds()
    {
        await using var queue = await TestQueue.CreateAsync();
        await queue.StartWorkerAsync((_, _) => Task.FromResult<string?>(null));
        var now = await queue.NowAsync();
        var handles = new List<(JobHandle Handle, DateTimeOffset Due)>();
        // The last is due before those that the stager sleeps for.
        foreach (var ms in new[] { 2500, 1700, 1100, 400 })
        {
            var delayed = await queue.EnqueueAsync(options: new() { Delay = TimeSpan.FromMilliseconds(ms) });
            handles.Add((delayed, (await queue.InfoAsync(delayed.Id)).ScheduledAt!.Value));
            var at = now + TimeSpan.FromMilliseconds(ms + 150);
            handles.Add((await queue.EnqueueAsync(options: new() { ScheduledAt = at }), at));
        }

        var late = new List<TimeSpan>();
        foreach (var (handle, due) in handles)
        {
            await handle.WaitForResultAsync<string>(TimeSpan.FromSeconds(20));
            late.Add((await queue.InfoAsync(handle.Id)).StartedAt!.Value - due);
        }

        Assert.All(late, one => Assert.True(one > TimeSpan.FromMilliseconds(-1), $"{one} early"));
        // On a busy machine single ones may be late; a stager that only looks once a second would be late by half a second.
        Assert.True(late.Order().ElementAt(late.Count / 2) < TimeSpan.FromMilliseconds(100), string.Join(", ", late));
    }

    [Fact]
    public async Task More_due_jobs_than_one_look_takes_are_all_staged()
    {
        await using var queue = await TestQueue.CreateAsync();
        await queue.EnqueueManyAsync(Enumerable.Range(0, 1300).Select(n => $"{n}"), new() { Delay = TimeSpan.FromMilliseconds(1) });

        await queue.StartWorkerAsync((_, _) => Task.FromResult<string?>(null));

        await Eventually.EqualAsync(
            "1300", async () => (await queue.Database.HashGetAsync(queue.Keys.Stats, "completed")).ToString(), "the completed jobs");
    }

    [Fact]
    public async Task Jobs_that_became_due_one_after_the_other_run_in_that_order_whatever_their_ids()
    {
        await using var queue = await TestQueue.CreateAsync();
        var worker = queue.AsWorker();
        foreach (var id in new[] { "z", "m", "a" })
        {
            await queue.EnqueueAsync(options: new() { JobId = id, Delay = TimeSpan.FromHours(1) });
            await worker.MakeDueAsync(id);
            Assert.Equal(1, await worker.StageAsync());
        }

        Assert.Equal(["z", "m", "a"], (await Fetch.RunAsync(worker, 3)).Jobs.Select(job => job.Id));
    }

    [Fact]
    public async Task Jobs_that_are_staged_together_run_in_the_order_in_which_they_were_due()
    {
        await using var queue = await TestQueue.CreateAsync();
        var worker = queue.AsWorker();
        foreach (var (id, due) in new[] { ("z", 1), ("a", 3), ("m", 2) })
        {
            await queue.EnqueueAsync(options: new() { JobId = id, Delay = TimeSpan.FromHours(1) });
            await queue.Database.SortedSetAddAsync(queue.Keys.Scheduled, id, due);
        }

        Assert.Equal(3, await worker.StageAsync());

        Assert.Equal(["z", "m", "a"], (await Fetch.RunAsync(worker, 3)).Jobs.Select(job => job.Id));
    }

    [Fact]
    public async Task In_a_queue_of_delayed_jobs_too_a_rescued_one_comes_before_those_that_wait()
    {
        await using var queue = await TestQueue.CreateAsync();
        var worker = queue.AsWorker();
        foreach (var id in new[] { "z", "a" })
        {
            await queue.EnqueueAsync(options: new() { JobId = id, Delay = TimeSpan.FromHours(1) });
        }

        await worker.MakeDueAsync("z");
        await worker.StageAsync();
        await worker.FetchOneAsync();
        await worker.MakeDueAsync("a");
        await worker.StageAsync();

        Assert.Equal("z", (await worker.RescueAndFetchAsync("z")).Id);
    }

    [Fact]
    public async Task A_job_is_due_in_time_though_the_inbox_holds_very_many_entries()
    {
        // So many records make each look at all keys slow, for the other tests too.
        await using var server = await LocalRedis.StartAsync();
        await using var queue = await TestQueue.CreateAsync(redis: server.ConnectionString);
        var entries = Enumerable.Repeat((RedisValue)"""{"name":"probe","args":{"word":"x"}}""", 5000).ToArray();
        for (var n = 0; n < 40; n++)
        {
            await queue.Database.ListRightPushAsync(queue.Keys.Inbox, entries);
        }

        await queue.StartHostAsync((_, _) => Task.FromResult<string?>(null));
        await Eventually.TrueAsync(
            async () => await queue.Database.SortedSetLengthAsync(queue.Keys.Available) > 0, "the first are adopted");
        var handle = await queue.EnqueueAsync(options: new() { Delay = TimeSpan.FromMilliseconds(200) });

        await Eventually.TrueAsync(
            async () => await handle.GetStateAsync() is not JobState.Scheduled,
            "the job is no longer scheduled",
            TimeSpan.FromSeconds(2));
        Assert.True(await queue.Database.ListLengthAsync(queue.Keys.Inbox) > 0);
    }

    [Fact]
    public async Task A_scheduled_job_that_expires_before_a_worker_comes_never_runs()
    {
        await using var queue = await TestQueue.CreateAsync();
        var handle = await queue.EnqueueAsync(options: new() { Delay = TimeSpan.FromMilliseconds(1), ExpiresIn = TimeSpan.FromMilliseconds(20) });
        await queue.WaitUntilAsync((await queue.InfoAsync(handle.Id)).ExpiresAt!.Value);

        await queue.StartWorkerAsync((_, _) => Task.FromResult<string?>("ran"));

        await Eventually.EqualAsync<JobState?>(JobState.Expired, () => handle.GetStateAsync(), "the state");
    }

    public static TheoryData<string> Verbs { get; } = ["enqueue", "retry", "postpone"];

    [Theory]
    [MemberData(nameof(Verbs))]
    public async Task Whoever_schedules_a_job_before_all_others_wakes_the_stager(string verb)
    {
        await using var queue = await TestQueue.CreateAsync();
        var woken = new Gate();
        await queue.Redis.GetSubscriber().SubscribeAsync(RedisChannel.Literal(queue.Keys.Bell), (_, message) =>
        {
            if (message == "scheduled")
            {
                woken.Open();
            }
        });
        var worker = queue.AsWorker();
        switch (verb)
        {
            case "enqueue":
                await queue.EnqueueAsync(options: new() { Delay = TimeSpan.FromHours(1) });
                break;
            case "retry":
                await queue.EnqueueAsync();
                await worker.RetryAsync((await worker.FetchOneAsync())!);
                break;
            default:
                await queue.EnqueueAsync();
                await worker.PostponeAsync((await worker.FetchOneAsync())!);
                break;
        }

        await woken.Passed.WaitAsync(TimeSpan.FromSeconds(10));
    }
}
