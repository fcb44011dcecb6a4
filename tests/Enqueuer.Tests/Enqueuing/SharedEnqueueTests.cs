using FunctionJobs.LocalServices;

namespace FunctionJobs.Tests;

/// <summary>Enqueues of the same moment share a call, whatever their queues; each has its own answer.</summary>
public sealed class SharedEnqueueTests
{
    [Fact]
    public async Task Of_many_who_enqueue_one_id_in_the_same_moment_one_creates_the_job()
    {
        await using var test = await TestEnqueuer.CreateAsync();

        var handles = await Task.WhenAll(Enumerable.Range(0, 300).Select(n => test.EnqueueAsync(new() { JobId = $"job-{n % 3}" })));

        Assert.Equal(3, handles.Count(handle => !handle.IsDuplicate));
        Assert.All(handles.Select((handle, n) => (handle, n)), one => Assert.Equal($"job-{one.n % 3}", one.handle.Id));
        Assert.Equal(3, await test.Database.SortedSetLengthAsync(test.Keys.Available));
    }

    [Fact]
    public async Task One_that_is_refused_and_one_that_gives_up_leave_the_others_alone()
    {
        await using var test = await TestEnqueuer.CreateAsync();
        using var cancelled = new CancellationTokenSource();

        var before = test.EnqueueAsync(new() { JobId = "before" });
        var refused = Assert.ThrowsAnyAsync<ArgumentException>(() => test.EnqueueAsync(new() { JobId = "refused", Priority = 10 }));
        var givenUp = test.Enqueuer.EnqueueAsync("greet", null, new() { JobId = "given-up", Queue = test.Queue }, cancelled.Token);
        await cancelled.CancelAsync();
        var after = test.EnqueueAsync(new() { JobId = "after" });

        await Task.WhenAll(before, refused, after);
        try
        {
            await givenUp;
        }
        catch (OperationCanceledException)
        {
            // Or it was quicker.
        }

        Assert.Equal(JobState.Available, await (await before).GetStateAsync());
        Assert.Equal(JobState.Available, await (await after).GetStateAsync());
        Assert.Null(await test.Enqueuer.GetJob(test.Queue.Name, "refused").GetStateAsync());
    }

    [Fact]
    public async Task More_than_one_call_may_hold_are_all_enqueued()
    {
        await using var test = await TestEnqueuer.CreateAsync();
        var large = new { Text = new string('x', 100_000) };

        await Task.WhenAll(
            Task.WhenAll(Enumerable.Range(0, 1300).Select(_ => test.EnqueueAsync())),
            Task.WhenAll(Enumerable.Range(0, 60).Select(_ => test.EnqueueAsync(args: large))));

        Assert.Equal(1360, await test.Database.SortedSetLengthAsync(test.Keys.Available));
    }

    [Fact]
    public async Task Those_of_many_queues_share_calls()
    {
        await using var server = await LocalRedis.StartAsync();
        await using var test = await TestEnqueuer.CreateAsync(server.ConnectionString);
        var queues = Queues(500);
        await test.EnqueueAsync();
        var before = await ScriptCallsAsync(test);

        await Task.WhenAll(queues.Chunk(10).Select(async ofOneCaller =>
        {
            foreach (var queue in ofOneCaller)
            {
                await EnqueueAsync(test, queue);
            }
        }));

        Assert.All(await AvailableAsync(test, queues), available => Assert.Equal(1, available));
        Assert.InRange(await ScriptCallsAsync(test) - before, 1, 250);
    }

    [Fact]
    public async Task A_queue_whose_keys_are_something_else_fails_alone()
    {
        await using var test = await TestEnqueuer.CreateAsync();
        var queues = Queues(20);
        await test.Database.StringSetAsync(new QueueKeys(queues[7].Name).Available, "no sorted set");

        var errors = await EnqueueIntoEachAsync(test, queues);

        var error = Assert.Single(errors, one => one is not null);
        Assert.Contains("WRONGTYPE", Assert.IsType<JobQueueUnavailableException>(error).Message, StringComparison.Ordinal);
        Assert.Same(error, errors[7]);
    }

    [Fact]
    public async Task A_queue_that_the_user_may_not_write_fails_alone()
    {
        await using var server = await LocalRedis.StartAsync();
        await using var admin = await TestEnqueuer.CreateAsync(server.ConnectionString);
        var queues = Queues(20);
        var allowed = queues.Skip(1).Select(queue => $"~jobs:{{{queue.Name}}}:*");
        await admin.Database.ExecuteAsync("ACL", ["SETUSER", "app", "on", ">secret", "+@all", "&*", .. allowed]);
        await using var test = await TestEnqueuer.CreateAsync($"{server.ConnectionString},user=app,password=secret");

        for (var round = 1; round <= 3; round++)
        {
            var errors = await EnqueueIntoEachAsync(test, queues);

            var error = Assert.Single(errors, one => one is not null);
            Assert.Contains("NOPERM", Assert.IsType<JobQueueUnavailableException>(error).Message, StringComparison.Ordinal);
            Assert.Same(error, errors[0]);
            Assert.All(await AvailableAsync(admin, queues.Skip(1)), available => Assert.Equal(round, available));
        }
    }

    [Fact]
    public async Task A_full_Redis_refuses_the_jobs_of_all_queues_that_share_a_call()
    {
        await using var server = await LocalRedis.StartAsync(new() { Arguments = ["--maxmemory", "100mb"] });
        await using var test = await TestEnqueuer.CreateAsync($"{server.ConnectionString},allowAdmin=true");
        var queues = Queues(20);
        await test.EnqueueAsync();
        await test.Database.ExecuteAsync("CONFIG", "SET", "maxmemory", "1mb");

        for (var round = 1; round <= 5; round++)
        {
            Assert.All(
                await EnqueueIntoEachAsync(test, queues),
                error => Assert.StartsWith("Redis is full", Assert.IsType<JobQueueUnavailableException>(error).Message, StringComparison.Ordinal));
        }

        Assert.All(await AvailableAsync(test, queues), available => Assert.Equal(0, available));
    }

    [Theory]
    [InlineData("+@all")]
    [InlineData("+@all -cluster -info")]
    public async Task On_a_cluster_those_of_several_queues_go_one_by_one_even_when_the_client_cannot_know_it_is_one(string commands)
    {
        await using var server = await LocalRedis.StartAsync(new() { Arguments = ["--cluster-enabled", "yes"] });
        await using var admin = await TestEnqueuer.CreateAsync(server.ConnectionString);
        await admin.Database.ExecuteAsync("CLUSTER", "ADDSLOTSRANGE", 0, 16383);
        await admin.Database.ExecuteAsync("ACL", ["SETUSER", "app", "on", ">secret", "~*", "&*", .. commands.Split(' ')]);
        await Eventually.TrueAsync(
            async () => (await admin.Database.ExecuteAsync("CLUSTER", "INFO")).ToString().Contains("cluster_state:ok", StringComparison.Ordinal),
            "the cluster is complete");
        await using var test = await TestEnqueuer.CreateAsync($"{server.ConnectionString},user=app,password=secret");
        var queues = Queues(100);

        Assert.All(await EnqueueIntoEachAsync(test, queues), Assert.Null);
        Assert.All(await EnqueueIntoEachAsync(test, queues), Assert.Null);

        Assert.All(await AvailableAsync(admin, queues), available => Assert.Equal(2, available));
    }

    private static JobQueue[] Queues(int count) => [.. Enumerable.Range(0, count).Select(_ => JobQueue.List(Unique.Name("test")))];

    private static Task<JobHandle> EnqueueAsync(TestEnqueuer test, JobQueue queue) => test.Enqueuer.EnqueueAsync("greet", null, new() { Queue = queue });

    /// <returns>Per queue the error, if any.</returns>
    private static Task<Exception?[]> EnqueueIntoEachAsync(TestEnqueuer test, JobQueue[] queues) =>
        Task.WhenAll(queues.Select(queue => Task.Run(async () => await Record.ExceptionAsync(() => EnqueueAsync(test, queue)))));

    private static Task<long[]> AvailableAsync(TestEnqueuer test, IEnumerable<JobQueue> queues) =>
        Task.WhenAll(queues.Select(queue => test.Database.SortedSetLengthAsync(new QueueKeys(queue.Name).Available)));

    /// <summary>Calls of scripts so far.</summary>
    private static async Task<long> ScriptCallsAsync(TestEnqueuer test)
    {
        var stats = (await test.Redis.GetServers()[0].InfoAsync("commandstats")).SelectMany(section => section);
        return stats.Where(line => line.Key is "cmdstat_eval" or "cmdstat_evalsha").Sum(line => long.Parse(line.Value.Split('=', ',')[1]));
    }
}
