using System.Collections.Concurrent;
using FunctionJobs.LocalServices;
using FunctionJobs.Worker;
using StackExchange.Redis;

namespace FunctionJobs.Tests;

/// <summary>Redis goes away under running workers.</summary>
public sealed class OutageTests
{
    [Fact]
    public async Task After_a_restart_of_Redis_from_its_append_only_file_every_accepted_job_runs()
    {
        await using var server = await LocalRedis.StartAsync(new() { Arguments = ["--appendfsync", "always"] });
        await using var queue = await TestQueue.CreateAsync(redis: server.ConnectionString);
        var runs = new ConcurrentDictionary<string, int>();
        await queue.StartWorkerAsync(async (job, _) =>
        {
            await Task.Delay(5);
            runs.AddOrUpdate(job.Word, 1, (_, n) => n + 1);
            return null;
        });
        var accepted = new List<string>();
        for (var n = 0; n < 300; n++)
        {
            try
            {
                await queue.EnqueueAsync($"{n}");
                accepted.Add($"{n}");
            }
            catch (JobQueueUnavailableException)
            {
                // Not accepted: it may run or not.
            }

            if (n == 150)
            {
                server.Kill();
                await server.RestartAsync();
            }
        }

        await Eventually.TrueAsync(() => accepted.All(runs.ContainsKey), "all accepted jobs have run");
        await Eventually.EqualAsync(0, () => queue.Database.SortedSetLengthAsync(queue.Keys.Executing), "the jobs still held");
        Assert.True(accepted.Count > 200);
    }

    [Fact]
    public async Task A_job_that_ends_while_Redis_is_away_is_completed_when_it_is_back_and_runs_once()
    {
        await using var server = await LocalRedis.StartAsync(new() { Arguments = ["--appendfsync", "always"] });
        await using var queue = await TestQueue.CreateAsync(redis: server.ConnectionString);
        var (started, go, runs) = (new Gate(), new Gate(), 0);
        foreach (var _ in Enumerable.Range(0, 2))
        {
            await queue.StartWorkerAsync(async (_, context) =>
            {
                Interlocked.Increment(ref runs);
                started.Open();
                await go.Passed;
                return "done";
            });
        }

        var handle = await queue.EnqueueAsync();
        await started.Passed;
        await server.StopAsync();
        go.Open();
        // Longer than the silence after which a worker is given up, shorter than the lease.
        await Task.Delay(TimeSpan.FromSeconds(4));
        await server.RestartAsync();

        await Eventually.EqualAsync<JobState?>(JobState.Completed, () => handle.GetStateAsync(), "the state");
        Assert.Equal(1, runs);
        Assert.Equal(1, (await queue.InfoAsync(handle.Id)).Attempt);
    }

    [Fact]
    public async Task While_Redis_is_frozen_for_eight_seconds_no_worker_takes_another_for_dead()
    {
        await using var server = await LocalRedis.StartAsync();
        await using var queue = await TestQueue.CreateAsync(redis: server.ConnectionString);
        var (started, go, runs) = (new Gate(), new Gate(), 0);
        foreach (var _ in Enumerable.Range(0, 2))
        {
            await queue.StartWorkerAsync(async (_, context) =>
            {
                Interlocked.Increment(ref runs);
                started.Open();
                await go.Passed;
                return context.CancellationToken.IsCancellationRequested ? "cancelled" : "done";
            });
        }

        var handle = await queue.EnqueueAsync();
        await started.Passed;
        await server.PauseAsync();
        await Task.Delay(TimeSpan.FromSeconds(8));
        server.Resume();
        var resumed = await queue.NowAsync();
        await queue.WaitUntilAsync(resumed + TimeSpan.FromSeconds(7));
        go.Open();

        Assert.Equal("done", await handle.WaitForResultAsync<string>(TimeSpan.FromSeconds(20)));
        Assert.Equal(1, runs);
    }

    [Fact]
    public async Task A_job_that_Redis_gave_to_a_fetch_whose_caller_had_given_up_is_given_back_with_no_attempt_used_up()
    {
        await using var server = await LocalRedis.StartAsync();
        await using var queue = await TestQueue.CreateAsync(redis: server.ConnectionString + ",asyncTimeout=1000");
        await queue.StartWorkerAsync(
            (_, _) => Task.FromResult<string?>("done"),
            options => (options.Lease, options.RenewEvery) = (TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(1)));
        await (await queue.EnqueueAsync()).WaitForResultAsync<string>(TimeSpan.FromSeconds(20));

        await server.PauseAsync();
        // Redis finds it before the fetches that come now, and long after the last offer.
        var enqueued = queue.EnqueueAsync(options: new() { JobId = "alone", MaxAttempts = 1 });
        await Eventually.TrueAsync(() => queue.Logs.Lines.Count(line => line.Text.Contains("RedisTimeoutException", StringComparison.Ordinal)
            && line.Category.EndsWith("QueuePump", StringComparison.Ordinal)) >= 2, "fetches have timed out");
        // Longer than a lease: the fetch that Redis comes to first was the first to be given up.
        await Task.Delay(TimeSpan.FromSeconds(6));
        server.Resume();
        await Assert.ThrowsAsync<JobQueueUnavailableException>(() => enqueued);

        await Eventually.EqualAsync<JobState?>(JobState.Completed, () => queue.StateAsync("alone"), "the state");
        var info = await queue.InfoAsync("alone");
        Assert.Equal((1, 0), (info.Attempt, info.Errors.Count));
    }

    [Fact]
    public async Task Of_fetches_that_never_left_for_Redis_nothing_is_kept_in_mind_however_long_it_is_away()
    {
        await using var server = await LocalRedis.StartAsync();
        await using var queue = await TestQueue.CreateAsync(redis: server.ConnectionString + ",asyncTimeout=500");
        var worker = queue.AsWorker();
        server.Kill();
        await Eventually.TrueAsync(() => !queue.Redis.IsConnected, "the connection is lost");

        for (var i = 0; i < 3; i++)
        {
            await Assert.ThrowsAnyAsync<Exception>(() => Fetch.RunAsync(worker, count: 1));
        }

        Assert.Equal(0, worker.Unanswered.Count);
    }

    [Fact]
    public async Task When_the_lease_ends_because_Redis_is_away_the_handler_is_cancelled_and_the_job_runs_again()
    {
        await using var server = await LocalRedis.StartAsync(new() { Arguments = ["--appendfsync", "always"] });
        await using var queue = await TestQueue.CreateAsync(redis: server.ConnectionString);
        var (started, cancelled) = (new Gate(), new Gate());
        await queue.StartWorkerAsync(
            async (_, context) =>
            {
                if (context.Attempt == 1)
                {
                    await using var told = context.CancellationToken.Register(cancelled.Open);
                    started.Open();
                    await Task.Delay(Timeout.Infinite, context.CancellationToken);
                }

                return $"attempt {context.Attempt}";
            },
            options =>
            {
                options.Lease = TimeSpan.FromSeconds(2);
                options.RenewEvery = TimeSpan.FromSeconds(1);
            });
        var handle = await queue.EnqueueAsync();
        await started.Passed;

        await server.StopAsync();
        // The lease ends after 2 s. Whoever waits for a call that Redis does not answer must not hold this up for its 5 s.
        await cancelled.Passed.WaitAsync(TimeSpan.FromSeconds(4.5));
        await server.RestartAsync();

        await Eventually.EqualAsync<JobState?>(JobState.Completed, () => handle.GetStateAsync(), "the state");
        Assert.Equal("\"attempt 2\"", (await queue.InfoAsync(handle.Id)).ResultJson);
    }

    [Fact]
    public async Task When_Redis_freezes_the_handler_is_cancelled_as_soon_as_its_lease_has_ended()
    {
        await using var server = await LocalRedis.StartAsync();
        await using var queue = await TestQueue.CreateAsync(redis: server.ConnectionString);
        var (started, cancelled) = (new Gate(), new Gate());
        await queue.StartWorkerAsync(
            async (_, context) =>
            {
                await using var told = context.CancellationToken.Register(cancelled.Open);
                started.Open();
                await Task.Delay(Timeout.Infinite, context.CancellationToken);
                return null;
            },
            options =>
            {
                options.Lease = TimeSpan.FromSeconds(2);
                options.RenewEvery = TimeSpan.FromSeconds(1);
            });
        await queue.EnqueueAsync();
        await started.Passed;

        await server.PauseAsync();
        try
        {
            await cancelled.Passed.WaitAsync(TimeSpan.FromSeconds(4.5));
        }
        finally
        {
            server.Resume();
        }
    }

    [Fact]
    public async Task An_enqueue_during_a_failover_is_made_again_until_there_is_a_primary()
    {
        await using var server = await LocalRedis.StartAsync();
        await using var queue = await TestQueue.CreateAsync(redis: $"{server.ConnectionString},allowAdmin=true");
        await queue.EnqueueAsync("before");
        await queue.Database.ExecuteAsync("REPLICAOF", "127.0.0.1", "1");

        var one = queue.EnqueueAsync("meanwhile");
        var many = queue.EnqueueManyAsync(["and", "more"]);
        await Task.Delay(300);
        Assert.False(one.IsCompleted || many.IsCompleted);
        await using var admin = await ConnectionMultiplexer.ConnectAsync($"{server.ConnectionString},allowAdmin=true");
        await admin.GetServers()[0].ExecuteAsync("REPLICAOF", "NO", "ONE");

        await one;
        await many;
        Assert.Equal(4, await queue.Database.SortedSetLengthAsync(queue.Keys.Available));
    }

    [Fact]
    public async Task While_Redis_is_a_read_only_replica_nothing_is_lost_and_once_it_is_promoted_the_workers_go_on()
    {
        await using var server = await LocalRedis.StartAsync();
        await using var queue = await TestQueue.CreateAsync(redis: server.ConnectionString);
        await using var admin = await ConnectionMultiplexer.ConnectAsync($"{server.ConnectionString},allowAdmin=true");
        var (started, go, runs) = (new Gate(), new Gate(), new ConcurrentDictionary<string, int>());
        await queue.StartWorkerAsync(async (job, _) =>
        {
            runs.AddOrUpdate(job.Word, 1, (_, n) => n + 1);
            if (job.Word == "running")
            {
                started.Open();
                await go.Passed;
            }

            return job.Word;
        });
        var running = await queue.EnqueueAsync("running");
        await started.Passed;
        var due = await queue.EnqueueAsync("due meanwhile", new() { Delay = TimeSpan.FromSeconds(1) });

        // Of a primary that never answers: it keeps its data.
        await admin.GetDatabase().ExecuteAsync("REPLICAOF", "127.0.0.1", "1");
        await Assert.ThrowsAsync<JobQueueUnavailableException>(() => queue.EnqueueAsync("refused", new() { JobId = "refused" }));
        go.Open();
        await queue.WaitUntilAsync((await queue.InfoAsync(due.Id)).ScheduledAt!.Value + TimeSpan.FromSeconds(2));
        Assert.Equal(JobState.Executing, await running.GetStateAsync());
        Assert.Equal(JobState.Scheduled, await due.GetStateAsync());
        await admin.GetServers()[0].ExecuteAsync("REPLICAOF", "NO", "ONE");

        Assert.Equal("running", await running.WaitForResultAsync<string>(TimeSpan.FromSeconds(30)));
        Assert.Equal("due meanwhile", await due.WaitForResultAsync<string>(TimeSpan.FromSeconds(30)));
        await Eventually.TrueAsync(async () => (await queue.EnqueueAsync("after")).Id.Length > 0, "the client writes again");
        await Eventually.TrueAsync(() => runs.ContainsKey("after"), "a new job runs");
        Assert.All(runs, run => Assert.Equal(1, run.Value));
        Assert.Null(await queue.StateAsync("refused"));
    }
}
