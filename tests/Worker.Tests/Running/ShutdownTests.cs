using System.Collections.Concurrent;
using FunctionJobs.LocalServices;
using FunctionJobs.Worker;
using Microsoft.Extensions.DependencyInjection;

namespace FunctionJobs.Tests;

public sealed class ShutdownTests
{
    [Fact]
    public async Task A_job_that_ends_within_the_grace_is_completed()
    {
        await using var queue = await TestQueue.CreateAsync();
        var (started, go) = (new Gate(), new Gate());
        var worker = await queue.StartWorkerAsync(async (_, _) =>
        {
            started.Open();
            await go.Passed;
            return "done";
        });
        var handle = await queue.EnqueueAsync();
        await started.Passed;

        var stop = queue.StopAsync(worker);
        go.Open();
        await stop;

        Assert.Equal(JobState.Completed, await handle.GetStateAsync());
    }

    [Fact]
    public async Task An_end_that_Redis_does_not_take_at_once_is_written_within_what_is_left_of_the_grace()
    {
        await using var server = await LocalRedis.StartAsync(new() { Arguments = ["--appendfsync", "always"] });
        await using var queue = await TestQueue.CreateAsync(redis: server.ConnectionString);
        var (started, go) = (new Gate(), new Gate());
        var worker = await queue.StartWorkerAsync(
            async (_, _) =>
            {
                started.Open();
                await go.Passed;
                return "done";
            },
            // Ends with the job. The default has little left for a slow start of Redis.
            options => options.ShutdownGrace = TimeSpan.FromSeconds(20));
        var handle = await queue.EnqueueAsync();
        await started.Passed;
        var stop = queue.StopAsync(worker);
        await Eventually.TrueAsync(() => !worker.PumpOf(queue).IsDriving, "the loop has ended");
        await server.StopAsync();
        go.Open();
        await Task.Delay(TimeSpan.FromSeconds(1.5));
        await server.RestartAsync();
        await stop;

        await Eventually.TrueAsync(() => queue.Redis.IsConnected, "the client is connected again");
        Assert.Equal(JobState.Completed, await handle.GetStateAsync());
    }

    [Fact]
    public async Task A_running_job_is_released_without_counting_the_attempt_and_runs_elsewhere_at_once()
    {
        await using var queue = await TestQueue.CreateAsync();
        var started = new Gate();
        var first = await queue.StartWorkerAsync(
            async (_, context) =>
            {
                started.Open();
                await Task.Delay(Timeout.Infinite, context.CancellationToken);
                return null;
            },
            options => options.ShutdownGrace = TimeSpan.FromMilliseconds(50));
        var handle = await queue.EnqueueAsync(options: new() { MaxAttempts = 1 });
        await started.Passed;
        await queue.StartWorkerAsync((_, context) => Task.FromResult<string?>($"attempt {context.Attempt}"));

        await queue.StopAsync(first);

        Assert.Equal("attempt 1", await handle.WaitForResultAsync<string>(TimeSpan.FromSeconds(3)));
        Assert.Empty((await queue.InfoAsync(handle.Id)).Errors);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_job_that_has_started_in_time_runs_again_after_its_expiry_whether_its_handler_stops_at_a_shutdown_or_outlives_it(bool stops)
    {
        await using var queue = await TestQueue.CreateAsync();
        var (started, go) = (new Gate(), new Gate());
        var first = await queue.StartWorkerAsync(
            async (_, context) =>
            {
                started.Open();
                await go.Passed.WaitAsync(stops ? context.CancellationToken : CancellationToken.None);
                return null;
            },
            options => options.ShutdownGrace = TimeSpan.FromMilliseconds(50));
        var handle = await queue.EnqueueAsync(options: new() { ExpiresIn = TimeSpan.FromSeconds(1) });
        await started.Passed;
        await queue.WaitUntilAsync((await queue.InfoAsync(handle.Id)).ExpiresAt!.Value);

        await queue.StopAsync(first);
        Assert.Equal(stops ? JobState.Available : JobState.Scheduled, await handle.GetStateAsync());
        go.Open();
        await queue.StartWorkerAsync((_, context) => Task.FromResult<string?>($"attempt {context.Attempt}"));

        Assert.Equal("attempt 1", await handle.WaitForResultAsync<string>(TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public async Task A_job_whose_handler_ignores_the_shutdown_runs_again_after_the_process_has_ended_with_no_attempt_used_up()
    {
        await using var queue = await TestQueue.CreateAsync();
        var (started, go) = (new Gate(), new Gate());
        var first = await queue.StartWorkerAsync(
            async (_, _) =>
            {
                started.Open();
                await go.Passed;
                return "stubborn";
            },
            options => options.ShutdownGrace = TimeSpan.Zero);
        var handle = await queue.EnqueueAsync();
        await started.Passed;

        await queue.StopAsync(first);
        var stopped = await queue.NowAsync();
        Assert.Equal(JobState.Scheduled, await handle.GetStateAsync());
        go.Open();
        await queue.StartWorkerAsync((_, context) => Task.FromResult<string?>($"attempt {context.Attempt}"));

        Assert.Equal("attempt 1", await handle.WaitForResultAsync<string>(TimeSpan.FromSeconds(10)));
        Assert.InRange((await queue.InfoAsync(handle.Id)).StartedAt!.Value - stopped, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task A_handler_that_ignored_its_timeout_gives_its_job_back_only_when_the_process_must_be_gone()
    {
        await using var queue = await TestQueue.CreateAsync();
        var (told, go) = (new Gate(), new Gate());
        var worker = await queue.StartWorkerAsync(
            async (_, context) =>
            {
                await using var registration = context.CancellationToken.Register(told.Open);
                await go.Passed;
                return null;
            },
            options => options.ShutdownGrace = TimeSpan.Zero);
        var handle = await queue.EnqueueAsync(options: new() { Timeout = TimeSpan.FromMilliseconds(50) });
        await told.Passed;

        await queue.StopAsync(worker);

        var info = await queue.InfoAsync(handle.Id);
        Assert.InRange(info.ScheduledAt!.Value - await queue.NowAsync(), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(3));
        go.Open();
    }

    [Fact]
    public async Task A_job_whose_fetch_comes_back_when_the_grace_is_over_uses_up_no_attempt()
    {
        await using var server = await LocalRedis.StartAsync();
        await using var queue = await TestQueue.CreateAsync(redis: $"{server.ConnectionString},allowAdmin=true");
        var worker = await queue.StartHostAsync(
            async (_, context) =>
            {
                await Task.Delay(Timeout.Infinite, context.CancellationToken);
                return null;
            },
            options => options.ShutdownGrace = TimeSpan.Zero);
        var handle = await queue.EnqueueAsync(options: new() { MaxAttempts = 1 });
        await queue.Database.ExecuteAsync("CLIENT", "PAUSE", "250", "ALL");

        worker.PumpOf(queue).Drive();
        await Task.Delay(50);
        await queue.StopAsync(worker);

        Assert.Contains(await handle.GetStateAsync(), (JobState?[])[JobState.Available, JobState.Scheduled]);
        Assert.Equal(0, (await queue.InfoAsync(handle.Id)).Attempt);
    }

    [Fact]
    public async Task An_invocation_that_comes_while_the_worker_stops_is_let_go()
    {
        await using var queue = await TestQueue.CreateAsync();
        var worker = await queue.StartHostAsync((_, _) => Task.FromResult<string?>(null));
        var pump = worker.Services.GetRequiredService<JobPump>();
        var pumps = worker.Services.GetRequiredService<QueuePumps>();
        var invocations = new ConcurrentBag<Task>();
        using var enough = new CancellationTokenSource();
        var inviting = Task.Run(async () =>
        {
            while (!enough.IsCancellationRequested)
            {
                invocations.Add(pump.RunAsync(queue.Queue.Name, "nobody"));
                await Task.Yield();
            }
        });

        await pumps.Find(queue.Queue.Name)!.StopAsync(TimeSpan.FromSeconds(1));
        await enough.CancelAsync();
        await inviting;

        await Task.WhenAll(invocations).WaitAsync(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task A_worker_whose_connection_is_gone_says_what_it_could_not_save_and_lets_its_invocations_go_when_it_stops()
    {
        await using var queue = await TestQueue.CreateAsync();
        var worker = await queue.StartHostAsync((_, _) => Task.FromResult<string?>(null));
        await queue.LoseAsync(worker);
        var invocation = worker.Services.GetRequiredService<JobPump>().RunAsync(queue.Queue.Name, "pushed by hand");

        await worker.StopAsync(TestContext.Current.CancellationToken);

        await invocation.WaitAsync(TimeSpan.FromSeconds(20));
        Assert.Contains(queue.Logs.Lines, line => line.Text.Contains("could not put entries that were pushed by hand", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_entry_pushed_by_hand_that_comes_while_the_worker_stops_is_not_lost()
    {
        await using var queue = await TestQueue.CreateAsync();
        var worker = await queue.StartHostAsync((_, _) => Task.FromResult<string?>(null));
        await worker.Services.GetRequiredService<QueuePumps>().Find(queue.Queue.Name)!.StopAsync(TimeSpan.FromSeconds(1));

        await worker.Services.GetRequiredService<JobPump>().RunAsync(queue.Queue.Name, """{"name":"probe","args":{"word":"late"}}""");

        Assert.Equal(1, await queue.Database.SortedSetLengthAsync(queue.Keys.Available));
    }

    [Fact]
    public async Task Rolling_restarts_under_load_lose_nothing_use_up_no_attempt_and_run_no_job_twice()
    {
        await using var queue = await TestQueue.CreateAsync();
        var runs = new ConcurrentDictionary<string, int>();
        var attempts = new ConcurrentBag<int>();
        async Task<string?> RunAsync(Probe job, JobContext context)
        {
            await Task.Delay(Random.Shared.Next(20), context.CancellationToken);
            runs.AddOrUpdate(job.Word, 1, (_, n) => n + 1);
            attempts.Add(context.Attempt);
            return null;
        }

        var workers = new Queue<Microsoft.Extensions.Hosting.IHost>();
        for (var n = 0; n < 3; n++)
        {
            workers.Enqueue(await queue.StartWorkerAsync(RunAsync));
        }

        var handles = new List<JobHandle>();
        for (var wave = 0; wave < 8; wave++)
        {
            handles.AddRange(await queue.EnqueueManyAsync(Enumerable.Range(wave * 100, 100).Select(n => $"{n}")));
            await queue.StopAsync(workers.Dequeue());
            workers.Enqueue(await queue.StartWorkerAsync(RunAsync));
        }

        await Eventually.EqualAsync(800, () => Task.FromResult(runs.Count), "the jobs that ran");
        await Eventually.EqualAsync(0, () => queue.Database.SortedSetLengthAsync(queue.Keys.Executing), "the jobs still held");
        Assert.All(runs, run => Assert.Equal(1, run.Value));
        Assert.All(attempts, attempt => Assert.Equal(1, attempt));
        Assert.Equal("800", await queue.Database.HashGetAsync(queue.Keys.Stats, "completed"));
    }
}
