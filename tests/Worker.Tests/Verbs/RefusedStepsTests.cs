using FunctionJobs.LocalServices;
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
    private static readonly AttemptError Failure = new("Failure", "It failed.");

    private static readonly string[] Commands =
    [
        "time", "exists", "del", "pexpire", "persist", "hget", "hmget", "hset", "hdel", "hincrby", "zadd", "zrem", "zcard", "zscore", "zrange",
        "zrangebyscore", "zpopmin", "zpopmax", "rpush", "lpop", "llen", "lrange", "lrem", "ltrim", "publish", "pubsub",
    ];

    private static readonly string[] Keys = ["available", "trigger", "scheduled", "executing", "discarded", "inbox", "rejected", "stats", "workers", "offers"];

    /// <summary>Each prepares jobs and returns the call that Redis is to refuse a part of.</summary>
    private static readonly Dictionary<string, Func<TestQueue, WorkerQueue, Task<Func<Task>>>> Calls = new()
    {
        ["enqueue"] = (queue, _) => Task.FromResult(() => (Task)queue.Enqueuer.EnqueueManyAsync(
            new[] { TimeSpan.Zero, TimeSpan.FromHours(1) }.Select(delay => NewJob.Of(new Probe("word"), new() { Queue = queue.Queue, Delay = delay })))),
        ["enqueue of one job"] = (queue, _) => Task.FromResult(() => (Task)queue.EnqueueAsync()),
        ["adopt"] = async (queue, worker) =>
        {
            await queue.Database.ListRightPushAsync(
                queue.Keys.Inbox, ["""{"name":"probe","args":{}}""", "garbage", """{"name":"probe","args":{},"id":"mine","delay_ms":3600000}"""]);
            return () => AdoptAsync(worker);
        },
        ["fetch"] = async (queue, worker) =>
        {
            await queue.EnqueueManyAsync(["a", "b", "c"]);
            return () => Fetch.RunAsync(worker, 2, 1);
        },
        ["fetch of an expired job"] = async (queue, worker) =>
        {
            await queue.EnqueueManyAsync(["a", "b"]);
            var expired = await queue.EnqueueAsync(options: new() { ExpiresIn = TimeSpan.FromMilliseconds(1), Priority = 6 });
            await queue.EnqueueAsync(options: new() { Priority = 7 });
            await queue.Database.HashSetAsync(queue.Keys.Job(expired.Id), "awaited", "1");
            await queue.WaitUntilAsync((await queue.NowAsync()).AddMilliseconds(2));
            return () => Fetch.RunAsync(worker, 4);
        },
        ["claim"] = async (queue, worker) =>
        {
            var jobs = await queue.EnqueueManyAsync(["a", "b"]);
            return () => Claim.RunAsync(worker, 2, [.. jobs.Select(job => job.Id)]);
        },
        ["complete"] = (queue, worker) => EndAsync(queue, worker, Outcome.Completed("1", TimeSpan.FromHours(1)), Complete.RunAsync),
        ["retry"] = (queue, worker) => EndAsync(queue, worker, Outcome.Retry(TimeSpan.FromHours(1), Failure), Retry.RunAsync),
        ["discard"] = (queue, worker) => EndAsync(queue, worker, Outcome.Discarded(Failure), Discard.RunAsync),
        ["release"] = (queue, worker) => EndAsync(queue, worker, Outcome.Released(), Release.RunAsync),
        ["postpone"] = (queue, worker) => EndAsync(
            queue, worker, Outcome.Postponed(TimeSpan.FromHours(1), TimeSpan.FromHours(1), Failure), OneByOne(Postpone.RunAsync)),
        ["postpone for the last time"] = (queue, worker) => EndAsync(
            queue, worker, Outcome.Postponed(TimeSpan.FromHours(1), TimeSpan.Zero, Failure), OneByOne(Postpone.RunAsync)),
        ["cancel by the worker"] = (queue, worker) => EndAsync(queue, worker, Outcome.Cancelled(), OneByOne(CancelLeased.RunAsync)),
        ["cancel"] = async (queue, _) =>
        {
            JobHandle[] jobs = [await queue.EnqueueAsync(), await queue.EnqueueAsync(options: new() { Delay = TimeSpan.FromHours(1) })];
            return () => Task.WhenAll(jobs.Select(job => job.CancelAsync()));
        },
        ["requeue"] = async (queue, worker) =>
        {
            var job = await queue.EnqueueAsync();
            await worker.DiscardAsync((await worker.FetchOneAsync())!);
            return () => job.RequeueAsync();
        },
        ["stage"] = async (queue, worker) =>
        {
            foreach (var job in await queue.EnqueueManyAsync(["a", "b"], new() { Delay = TimeSpan.FromHours(1) }))
            {
                await worker.MakeDueAsync(job.Id);
            }

            return () => worker.StageAsync();
        },
        ["rescue"] = async (queue, worker) =>
        {
            await queue.EnqueueManyAsync(["a", "b", "c"]);
            await Fetch.RunAsync(queue.AsWorker(), 3);
            await OutliveLeasesAsync(worker);
            return () => worker.RescueAsync();
        },
        ["renew"] = async (queue, worker) =>
        {
            await queue.EnqueueManyAsync(["a", "b"]);
            var (leased, _) = await Fetch.RunAsync(worker, 2);
            return () => Renew.RunAsync(worker, leased);
        },
    };

    public static TheoryData<string> Names { get; } = [.. Calls.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_step_that_the_user_may_not_do_loses_no_job(string call)
    {
        await using var server = await LocalRedis.StartAsync();
        await using var admin = await ConnectionMultiplexer.ConnectAsync(server.ConnectionString);
        Task AllowAsync(params object[] rules) => admin.GetDatabase().ExecuteAsync("ACL", ["SETUSER", "app", .. rules]);
        await AllowAsync("on", ">secret", "~*", "&*", "+@all");
        var options = ConfigurationOptions.Parse($"{server.ConnectionString},user=app,password=secret");

        await EachAsync(
            [.. Commands.Where(command => !IsNeededToPutBack(call, command)).Select(command => $"-{command}"), "resetchannels"],
            refusal => RunAsync(options.Clone(), call, _ => AllowAsync(refusal), _ => AllowAsync("&*", "+@all")));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_key_that_holds_something_else_loses_no_job(string call)
    {
        await EachAsync(
            Keys,
            key =>
            {
                var isMine = false;
                return RunAsync(
                    ConfigurationOptions.Parse(Servers.Redis),
                    call,
                    // What is there would be lost with it.
                    async queue => isMine = await queue.Database.StringSetAsync(KeyOf(queue), "something else", when: When.NotExists),
                    async queue => _ = isMine && await queue.Database.KeyDeleteAsync(KeyOf(queue)));

                RedisKey KeyOf(TestQueue queue) => $"jobs:{{{queue.Queue.Name}}}:{key}";
            });
    }

    /// <summary>What is popped off a key is put back with this. Who lacks it has a worker that does not start: see StartupChecksTests.</summary>
    private static bool IsNeededToPutBack(string call, string command) =>
        (call.StartsWith("fetch", StringComparison.Ordinal) && command == "zadd") || (call == "adopt" && command == "rpush");

    /// <summary>Runs one after the other, and fails with all that went wrong.</summary>
    private static async Task EachAsync(IEnumerable<string> refusals, Func<string, Task<string?>> run)
    {
        var wrong = new List<string>();
        foreach (var refusal in refusals)
        {
            if (await run(refusal) is { } lost)
            {
                wrong.Add($"{refusal}: {lost}");
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    /// <returns>What is wrong with the jobs in the end, or null.</returns>
    private static async Task<string?> RunAsync(
        ConfigurationOptions redis, string call, Func<TestQueue, Task> refuse, Func<TestQueue, Task> allow)
    {
        await using var queue = await TestQueue.CreateAsync(redis);
        var worker = queue.AsWorker();
        var act = await Calls[call](queue, worker);
        var before = await JobsAsync(queue);
        await refuse(queue);
        var error = await Record.ExceptionAsync(act);
        await allow(queue);

        if (call.StartsWith("enqueue", StringComparison.Ordinal) && error is not null && (await queue.KeysInRedisAsync()).Except([queue.Keys.Stats.ToString()]).ToList() is { Count: > 0 } left)
        {
            return $"refused, and left {string.Join(", ", left)}";
        }

        for (var round = 0; round < 5; round++)
        {
            await DriveAsync(worker);
        }

        var jobs = await JobsAsync(queue);
        var expected = call switch
        {
            "enqueue" => error is null ? 2 : 0,
            "enqueue of one job" => error is null ? 1 : 0,
            "adopt" => 2,
            _ => before.Count,
        };
        if (jobs.Count != expected)
        {
            return $"{jobs.Count} jobs instead of {expected}";
        }

        var open = jobs.Where(job => job.State is not (JobState.Completed or JobState.Discarded or JobState.Cancelled or JobState.Expired)).ToList();
        return open.Count == 0 ? null : $"left {string.Join(", ", open.Select(job => job.State))}";
    }

    private static Func<WorkerQueue, Finish[], Task> OneByOne(Func<WorkerQueue, Finish, Task<bool>> verb) =>
        (worker, finishes) => Task.WhenAll(finishes.Select(finish => verb(worker, finish)));

    private static async Task<Func<Task>> EndAsync(TestQueue queue, WorkerQueue worker, Outcome outcome, Func<WorkerQueue, Finish[], Task> verb)
    {
        await queue.EnqueueManyAsync(["a", "b", "c"]);
        var (leased, _) = await Fetch.RunAsync(worker, 3);
        await queue.Database.HashSetAsync(queue.Keys.Job(leased[1].Id), "awaited", "1");
        return () => verb(worker, [.. leased.Select(job => new Finish(job, outcome))]);
    }

    private static Task<bool> AdoptAsync(WorkerQueue worker) => new InboxAdopter(NullLogger<InboxAdopter>.Instance).AdoptAsync(worker);

    /// <summary>All that workers and caretakers do until nothing is left, without waiting for the times.</summary>
    private static async Task DriveAsync(WorkerQueue worker)
    {
        await AdoptAsync(worker);
        await OutliveLeasesAsync(worker);
        await worker.RescueAsync();
        foreach (var id in await worker.Redis.SortedSetRangeByRankAsync(worker.Keys.Scheduled))
        {
            await worker.MakeDueAsync(id.ToString());
        }

        await worker.StageAsync();
        var (leased, _) = await Fetch.RunAsync(worker, 10);
        await Complete.RunAsync(worker, [.. leased.Select(job => new Finish(job, Outcome.Completed("1", TimeSpan.FromHours(1))))]);
    }

    private static async Task OutliveLeasesAsync(WorkerQueue worker)
    {
        foreach (var id in await worker.Redis.SortedSetRangeByRankAsync(worker.Keys.Executing))
        {
            await worker.OutliveLeaseAsync(id.ToString());
        }
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
}
