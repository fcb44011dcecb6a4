using FunctionJobs.Worker;
using Microsoft.Extensions.Logging.Abstractions;
using StackExchange.Redis;

namespace FunctionJobs.Tests;

/// <summary>
/// Redis refuses a step in the middle of a script, because the user lacks a permission or a key holds something else, and keeps what
/// the script has done until then. No job is lost by it: each runs or ends as soon as the step is allowed.
/// </summary>
public sealed class RefusedStepsTests
{
    private static readonly string[] Commands =
    [
        "time", "exists", "del", "pexpire", "persist", "hget", "hmget", "hset", "hdel", "hincrby", "zadd", "zrem", "zcard", "zscore", "zrange",
        "zrangebyscore", "zremrangebyscore", "zpopmin", "zpopmax", "rpush", "lpop", "llen", "lrange", "lrem", "ltrim", "publish", "pubsub",
    ];

    private static readonly string[] Keys = ["available", "trigger", "scheduled", "executing", "discarded", "inbox", "rejected", "stats", "workers", "offers"];

    private static readonly string[] StreamCommands = ["xadd", "xlen", "xtrim", "xrange", "xinfo", "xgroup"];

    public static TheoryData<string, Doorbell> Calls { get; } = OnBoth(RefusedCalls.All.Keys);

    // It touches the record alone, of which DamagedRecordsTests tells.
    public static TheoryData<string, Doorbell> CallsWithKeys { get; } = OnBoth(RefusedCalls.All.Keys.Except(["begin"]));

    public static TheoryData<string> CommandsOfStreams { get; } = [.. StreamCommands];

    [Theory]
    [MemberData(nameof(Calls))]
    public async Task A_step_that_the_user_may_not_do_loses_no_job(string call, Doorbell doorbell)
    {
        await using var redis = await RefusingRedis.StartAsync();

        await EachAsync(
            [.. Commands.Where(command => !IsNeededToPutBack(call, command)).Select(command => $"-{command}"), "resetchannels"],
            rule => RunAsync(redis, doorbell, call, _ => redis.SetAsync(rule), _ => redis.AllowAllAsync()),
            refusal => refusal.Denied);
    }

    [Theory]
    [MemberData(nameof(CommandsOfStreams))]
    public async Task A_command_of_streams_that_the_user_may_not_use_loses_no_job(string command)
    {
        await using var redis = await RefusingRedis.StartAsync();

        await EachAsync(
            RefusedCalls.All.Keys,
            call => RunAsync(redis, Doorbell.Stream, call, _ => redis.SetAsync($"-{command}"), _ => redis.AllowAllAsync()),
            refusal => refusal.Denied);
    }

    [Theory]
    [MemberData(nameof(CallsWithKeys))]
    public async Task A_key_that_holds_something_else_loses_no_job(string call, Doorbell doorbell)
    {
        await using var redis = await RefusingRedis.StartAsync();

        await EachAsync(
            Keys,
            key => RunAsync(redis, doorbell, call, queue => ReplaceAsync(queue, key), queue => BringBackAsync(queue, key)),
            refusal => refusal.OfWrongType);
    }

    [Fact]
    public async Task A_job_that_may_not_be_published_to_the_worker_that_waits_is_queued_as_ever()
    {
        await using var redis = await RefusingRedis.StartAsync();
        await using var queue = await TestQueue.CreateAsync(redis.Options);
        var worker = queue.AsWorker();
        var enqueue = await RefusedCalls.All["enqueue of one job for which a worker waits"](queue, worker, redis.Admin.GetSubscriber());
        await redis.SetAsync("resetchannels", "&*:bell", "&*:ended");

        await enqueue();

        Assert.Equal(0, await queue.Database.SortedSetLengthAsync(queue.Keys.Offers));
        Assert.Equal(0, await queue.Database.SortedSetLengthAsync(queue.Keys.Executing));
        Assert.Equal(1, Assert.IsType<LeasedJob>(await worker.FetchOneAsync()).Attempt);
    }

    private static TheoryData<string, Doorbell> OnBoth(IEnumerable<string> calls) =>
        new(calls.SelectMany(call => new[] { (call, Doorbell.List), (call, Doorbell.Stream) }));

    /// <summary>What is popped off a key is put back with this. Who lacks it has a worker that does not start: see StartupChecksTests.</summary>
    private static bool IsNeededToPutBack(string call, string command) =>
        (call.StartsWith("fetch", StringComparison.Ordinal) && command == "zadd") || (call == "adopt" && command == "rpush");

    private static async Task ReplaceAsync(TestQueue queue, string key)
    {
        var name = queue.Keys.Prefix.Append(key);
        if (await queue.Database.KeyExistsAsync(name))
        {
            await queue.Database.KeyRenameAsync(name, Aside(queue));
        }

        await queue.Database.StringSetAsync(name, "something else");
    }

    private static async Task BringBackAsync(TestQueue queue, string key)
    {
        var name = queue.Keys.Prefix.Append(key);
        if (await queue.Database.KeyTypeAsync(name) == RedisType.String)
        {
            await queue.Database.KeyDeleteAsync(name);
        }

        if (await queue.Database.KeyExistsAsync(Aside(queue)))
        {
            Assert.True(await queue.Database.KeyRenameAsync(Aside(queue), name, When.NotExists));
        }
    }

    private static RedisKey Aside(TestQueue queue) => $"aside:{{{queue.Queue.Name}}}";

    /// <summary>Runs one after the other, and fails with all that went wrong, or when nothing was refused.</summary>
    private static async Task EachAsync(IEnumerable<string> cases, Func<string, Task<Refusal>> run, Func<Refusal, int> refused)
    {
        var (count, wrong) = (0, new List<string>());
        foreach (var one in cases)
        {
            var result = await run(one);
            count += refused(result);
            if (result.Wrong is { } lost)
            {
                wrong.Add($"{one}: {lost}");
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        Assert.NotEqual(0, count);
    }

    private static async Task<Refusal> RunAsync(
        RefusingRedis redis, Doorbell doorbell, string call, Func<TestQueue, Task> refuse, Func<TestQueue, Task> allow)
    {
        await using var queue = await TestQueue.CreateAsync(redis.Options, doorbell);
        var worker = queue.AsWorker();
        if (doorbell == Doorbell.Stream)
        {
            // As the trigger does: what is done with a stream is for its groups.
            await queue.Database.StreamCreateConsumerGroupAsync(queue.Keys.Trigger, "trigger", "0", createStream: true);
        }

        var act = await RefusedCalls.All[call](queue, worker, redis.Admin.GetSubscriber());
        if (doorbell == Doorbell.Stream)
        {
            await queue.Database.StreamReadGroupAsync(queue.Keys.Trigger, "trigger", "reader", ">", count: 1);
        }

        var (keys, before) = (await queue.KeysInRedisAsync(), await JobsAsync(queue));
        await refuse(queue);
        var refused = await redis.RefusalsAsync();
        var error = await Record.ExceptionAsync(act);
        var now = await redis.RefusalsAsync();
        await allow(queue);
        if (call == "forward" && error is not null)
        {
            // Who has read entries keeps them until they are in the inbox.
            await act();
        }

        return new Refusal(now.Denied - refused.Denied, now.OfWrongType - refused.OfWrongType, await WrongAsync(queue, worker, call, error, keys, before));
    }

    private static async Task<string?> WrongAsync(TestQueue queue, WorkerQueue worker, string call, Exception? error, string[] keys, List<JobInfo> before)
    {
        var isEnqueue = call.StartsWith("enqueue", StringComparison.Ordinal);
        if (isEnqueue && error is not null && (await queue.KeysInRedisAsync()).Except([.. keys, queue.Keys.Stats.ToString()]).ToList() is { Count: > 0 } left)
        {
            return $"refused, and left {string.Join(", ", left)}";
        }

        for (var round = 0; round < 5; round++)
        {
            await DriveAsync(worker);
        }

        var jobs = await JobsAsync(queue);
        if (call == "prune")
        {
            // The dead letter may go or stay.
            jobs.RemoveAll(job => job.State == JobState.Discarded);
            before.RemoveAll(job => job.State == JobState.Discarded);
        }

        var expected = call switch
        {
            _ when isEnqueue && error is not null => 0,
            "enqueue" or "adopt" or "forward" => 2,
            _ when isEnqueue => 1,
            _ => before.Count,
        };
        if (jobs.Count != expected)
        {
            return $"{jobs.Count} jobs instead of {expected}";
        }

        var open = jobs.Where(job => job.State is not (JobState.Completed or JobState.Discarded or JobState.Cancelled or JobState.Expired)).ToList();
        return open.Count == 0 ? null : $"left {string.Join(", ", open.Select(job => job.State))}";
    }

    private static Task<bool> AdoptAsync(WorkerQueue worker) => new InboxAdopter(NullLogger<InboxAdopter>.Instance).AdoptAsync(worker);

    /// <summary>All that workers and caretakers do until nothing is left, without waiting for the times.</summary>
    private static async Task DriveAsync(WorkerQueue worker)
    {
        await AdoptAsync(worker);
        await worker.OutliveLeasesAsync();
        await worker.RescueAsync();
        foreach (var id in await worker.Redis.SortedSetRangeByRankAsync(worker.Keys.Scheduled))
        {
            await worker.MakeDueAsync(id.ToString());
        }

        await worker.StageAsync();
        var (leased, _) = await Fetch.RunAsync(worker, 10);
        await Complete.RunAsync(worker, [.. leased.Select(job => new Finish(job, Outcome.Completed("1", TimeSpan.FromHours(1))))]);
    }

    private static async Task<List<JobInfo>> JobsAsync(TestQueue queue)
    {
        var prefix = queue.Keys.JobPrefix.ToString();
        var jobs = new List<JobInfo>();
        foreach (var key in (await queue.KeysInRedisAsync()).Where(key => key.StartsWith(prefix, StringComparison.Ordinal)))
        {
            jobs.Add(await queue.InfoAsync(key[prefix.Length..]));
        }

        return jobs;
    }

    /// <param name="Denied">How many commands the user was denied.</param>
    /// <param name="OfWrongType">How many commands met a key of another type.</param>
    /// <param name="Wrong">What is wrong with the jobs in the end, or null.</param>
    private sealed record Refusal(int Denied, int OfWrongType, string? Wrong);
}
