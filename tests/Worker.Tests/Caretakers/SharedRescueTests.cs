using System.Globalization;
using FunctionJobs.LocalServices;
using FunctionJobs.Worker;
using StackExchange.Redis;

namespace FunctionJobs.Tests;

/// <summary>Queues that are looked after in the same moment share a call; each has its own answer.</summary>
public sealed class SharedRescueTests
{
    [Fact]
    public async Task The_lost_jobs_of_many_queues_are_rescued_in_a_call_per_fifty()
    {
        await using var server = await LocalRedis.StartAsync();
        await using var test = await TestQueue.CreateAsync(redis: server.ConnectionString + ",allowAdmin=true");
        var queues = Queues(test, 120);
        await RescueAsync(queues);
        var lost = await LoseJobsAsync(test, queues, 3);
        await WatchCallsAsync(test);

        var reports = await RescueAsync(queues);

        Assert.Equal(lost, reports.Select(report => report.Rescued.Order().ToArray()));
        Assert.All(reports, report => Assert.Equal((3, 0), (report.Available, report.Executing)));
        var calls = await CallsAsync(test);
        Assert.Equal(120, calls.Sum());
        Assert.Equal(3, calls.Count);
        Assert.All(calls, call => Assert.InRange(call, 1, 50));
    }

    [Fact]
    public async Task When_a_call_has_rescued_its_share_the_other_queues_are_looked_at_in_further_ones()
    {
        await using var server = await LocalRedis.StartAsync();
        await using var test = await TestQueue.CreateAsync(redis: server.ConnectionString + ",allowAdmin=true");
        var queues = Queues(test, 6);
        var lost = await LoseJobsAsync(test, queues, 260);

        var first = await Rescue.CallAsync([.. queues.Select(LookAt)], sharded: false);

        Assert.All(first[..4], Assert.NotNull);
        Assert.All(first[4..], Assert.Null);
        var later = await RescueAsync(queues[4..]);
        Assert.Equal(lost[4..], later.Select(report => report.Rescued.Order().ToArray()));
    }

    [Fact]
    public async Task A_queue_whose_keys_are_something_else_fails_alone()
    {
        await using var server = await LocalRedis.StartAsync();
        await using var test = await TestQueue.CreateAsync(redis: server.ConnectionString + ",allowAdmin=true");
        var queues = Queues(test, 20);
        await LoseJobsAsync(test, queues, 1);
        await test.Database.KeyDeleteAsync(queues[7].Keys.Available);
        await test.Database.StringSetAsync(queues[7].Keys.Available, "no sorted set");

        var errors = await RescueIfPossibleAsync(queues);

        Assert.Contains("WRONGTYPE", Assert.IsType<RedisServerException>(Assert.Single(errors, error => error is not null)).Message, StringComparison.Ordinal);
        Assert.NotNull(errors[7]);
        Assert.All(queues.Where((_, index) => index != 7), queue => Assert.Equal(1, test.Database.SortedSetLength(queue.Keys.Available)));
    }

    [Fact]
    public async Task A_queue_that_the_user_may_not_touch_fails_alone()
    {
        await using var server = await LocalRedis.StartAsync();
        await using var admin = await TestQueue.CreateAsync(redis: server.ConnectionString + ",allowAdmin=true");
        var names = Queues(admin, 20);
        await LoseJobsAsync(admin, names, 1);
        var allowed = names.Skip(1).Select(queue => $"~jobs:{{{queue.Name}}}:*");
        await admin.Database.ExecuteAsync("ACL", ["SETUSER", "app", "on", ">secret", "+@all", "&*", .. allowed]);
        await using var test = await TestQueue.CreateAsync(redis: $"{server.ConnectionString},user=app,password=secret");
        var queues = names.Select(queue => On(test, queue.Name)).ToArray();

        for (var round = 1; round <= 2; round++)
        {
            var errors = await RescueIfPossibleAsync(queues);

            Assert.Contains("NOPERM", Assert.IsType<RedisServerException>(Assert.Single(errors, error => error is not null)).Message, StringComparison.Ordinal);
            Assert.NotNull(errors[0]);
        }

        Assert.All(names.Skip(1), queue => Assert.Equal(1, admin.Database.SortedSetLength(queue.Keys.Available)));
    }

    [Theory]
    [InlineData("+@all")]
    [InlineData("+@all -cluster -info")]
    public async Task On_a_cluster_queues_are_looked_after_one_by_one_even_when_the_client_cannot_know_it_is_one(string commands)
    {
        await using var server = await LocalRedis.StartAsync(new() { Arguments = ["--cluster-enabled", "yes"] });
        await using var admin = await TestQueue.CreateAsync(redis: server.ConnectionString + ",allowAdmin=true");
        await admin.Database.ExecuteAsync("CLUSTER", "ADDSLOTSRANGE", 0, 16383);
        await admin.Database.ExecuteAsync("ACL", ["SETUSER", "app", "on", ">secret", "~*", "&*", .. commands.Split(' ')]);
        await Eventually.TrueAsync(
            async () => (await admin.Database.ExecuteAsync("CLUSTER", "INFO")).ToString().Contains("cluster_state:ok", StringComparison.Ordinal),
            "the cluster is complete");
        await using var test = await TestQueue.CreateAsync(redis: $"{server.ConnectionString},user=app,password=secret");
        var queues = Queues(test, 20);
        var shared = new SharedRescue(TimeProvider.System);

        for (var round = 1; round <= 2; round++)
        {
            var lost = await LoseJobsAsync(test, queues, 1);

            var reports = await Task.WhenAll(queues.Select(queue => shared.RunAsync(LookAt(queue))));

            Assert.Equal(lost, reports.Select(report => report.Rescued));
        }
    }

    [Fact]
    public async Task When_Redis_does_not_answer_all_that_share_the_call_are_told()
    {
        await using var server = await LocalRedis.StartAsync();
        await using var test = await TestQueue.CreateAsync(redis: $"{server.ConnectionString},syncTimeout=300,asyncTimeout=300");
        var queues = Queues(test, 5);
        await RescueAsync(queues);
        server.Kill();

        var errors = await RescueIfPossibleAsync(queues);

        Assert.All(errors, Assert.NotNull);
    }

    [Fact]
    public async Task A_worker_looks_after_all_its_queues_together()
    {
        await using var server = await LocalRedis.StartAsync();
        await using var test = await TestQueue.CreateAsync(redis: server.ConnectionString + ",allowAdmin=true");
        await WatchCallsAsync(test);
        await test.StartWorkerAsync(Enumerable.Range(0, 29).Select(_ => JobQueue.List(Unique.Name("test"))), (_, _) => Task.FromResult<string?>(null));
        await Eventually.TrueAsync(() => LookedAtAsync(30), "each of 30 queues was looked at");
        await test.Database.ExecuteAsync("SLOWLOG", "RESET");

        await Eventually.TrueAsync(() => LookedAtAsync(60), "each was looked at twice more");

        Assert.InRange((await CallsAsync(test)).Count, 2, 6);

        async Task<bool> LookedAtAsync(int times) => (await CallsAsync(test)).Sum() >= times;
    }

    private static WorkerQueue[] Queues(TestQueue test, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => On(test, Unique.Name("test")))];

    private static WorkerQueue On(TestQueue test, string name) => new(JobQueue.List(name), test.Redis, new WorkerIdentity(), new JobWorkerOptions());

    private static Look LookAt(WorkerQueue queue) => new(queue, Presence.Silence, []);

    /// <returns>Per queue the ids of so many jobs, whose leases ran out.</returns>
    private static async Task<string[][]> LoseJobsAsync(TestQueue test, WorkerQueue[] queues, int jobs) =>
        await Task.WhenAll(queues.Select(async queue =>
        {
            await test.Enqueuer.EnqueueManyAsync(
                Enumerable.Range(0, jobs).Select(_ => NewJob.Of(new Probe("word"), new() { Queue = JobQueue.List(queue.Name) })));
            var leased = (await Fetch.RunAsync(queue, jobs)).Jobs.Select(job => job.Id).Order().ToArray();
            await Task.WhenAll(leased.Select(queue.OutliveLeaseAsync));
            return leased;
        }));

    private static Task<RescueReport[]> RescueAsync(WorkerQueue[] queues)
    {
        var shared = new SharedRescue(TimeProvider.System);
        return Task.WhenAll(queues.Select(queue => shared.RunAsync(LookAt(queue))));
    }

    /// <returns>Per queue the error, if any.</returns>
    private static Task<Exception?[]> RescueIfPossibleAsync(WorkerQueue[] queues)
    {
        var shared = new SharedRescue(TimeProvider.System);
        return Task.WhenAll(queues.Select(async queue => await Record.ExceptionAsync(() => shared.RunAsync(LookAt(queue)))));
    }

    private static async Task WatchCallsAsync(TestQueue test)
    {
        await test.Database.ExecuteAsync("CONFIG", "SET", "slowlog-max-len", 100_000);
        await test.Database.ExecuteAsync("CONFIG", "SET", "slowlog-log-slower-than", 0);
        await test.Database.ExecuteAsync("SLOWLOG", "RESET");
    }

    /// <returns>Per call of the script how many queues it looked at. The workers' key is the last of each queue's six.</returns>
    private static async Task<List<int>> CallsAsync(TestQueue test)
    {
        var log = (RedisResult[])(await test.Database.ExecuteAsync("SLOWLOG", "GET", 100_000))!;
        return
        [
            .. log.Select(entry => (string[])entry[3]!)
                .Where(call => call[0] is "EVAL" or "EVALSHA" && call.Length > 8 && call[8].EndsWith(":workers", StringComparison.Ordinal))
                .Select(call => int.Parse(call[2], CultureInfo.InvariantCulture) / 6),
        ];
    }
}
