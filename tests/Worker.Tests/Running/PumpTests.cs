using System.Collections.Concurrent;
using FunctionJobs.Worker;
using Microsoft.Extensions.DependencyInjection;

namespace FunctionJobs.Tests;

public sealed class PumpTests
{
    [Theory]
    [InlineData(Doorbell.List)]
    [InlineData(Doorbell.Stream)]
    public async Task One_invocation_runs_all_that_waits_and_ends_when_the_queue_is_empty(Doorbell doorbell)
    {
        await using var queue = await TestQueue.CreateAsync(doorbell);
        var runs = new ConcurrentBag<string>();
        var worker = await queue.StartHostAsync(
            (job, _) =>
            {
                runs.Add(job.Word);
                return Task.FromResult<string?>(null);
            },
            options => options.Linger = TimeSpan.FromMilliseconds(100));
        var handles = await queue.EnqueueManyAsync(Enumerable.Range(0, 200).Select(n => $"{n}"));

        await worker.InvokeAsync(queue, handles[7].Id).WaitAsync(TimeSpan.FromSeconds(20));

        Assert.Equal(200, runs.Distinct().Count());
        Assert.Equal(200, runs.Count);
        Assert.Equal(0, await queue.DoorbellLengthAsync());
        await Eventually.TrueAsync(() => !worker.PumpOf(queue).IsDriving, "the loop ends");
    }

    [Fact]
    public async Task The_job_that_an_entry_names_does_not_run_before_one_of_higher_priority()
    {
        await using var queue = await TestQueue.CreateAsync();
        var order = new ConcurrentQueue<string>();
        var worker = await queue.StartHostAsync(
            (job, _) =>
            {
                order.Enqueue(job.Word);
                return Task.FromResult<string?>(null);
            },
            options => options.Concurrency = 1);
        var low = await queue.EnqueueAsync("low", new() { Priority = 9 });
        await queue.EnqueueAsync("urgent", new() { Priority = 0 });

        // The oldest entry comes first from the doorbell, which knows no priorities.
        await worker.InvokeAsync(queue, low.Id).WaitAsync(TimeSpan.FromSeconds(20));

        Assert.Equal(["urgent", "low"], order);
    }

    [Fact]
    public async Task An_invocation_that_comes_before_the_worker_has_started_is_served()
    {
        await using var queue = await TestQueue.CreateAsync();
        // The worker packages take invocations as soon as they have started, which is before the app's own services.
        var worker = await queue.BuildHostAsync((job, _) => Task.FromResult<string?>(job.Word));
        var early = await queue.EnqueueAsync("early");
        var invocation = worker.InvokeAsync(queue, early.Id);
        Assert.Equal("early", await early.WaitForResultAsync<string>(TimeSpan.FromSeconds(20)));

        await worker.StartAsync();

        var late = await queue.EnqueueAsync("late");
        await worker.InvokeAsync(queue, late.Id).WaitAsync(TimeSpan.FromSeconds(20));
        Assert.Equal("late", await late.WaitForResultAsync<string>(TimeSpan.FromSeconds(20)));
        await invocation.WaitAsync(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task Without_pump_and_linger_an_entry_that_cannot_be_saved_does_not_keep_Redis_busy()
    {
        await using var queue = await TestQueue.CreateAsync();
        var worker = await queue.StartHostAsync(
            (_, _) => Task.FromResult<string?>(null),
            options => (options.Pump, options.Linger) = (false, TimeSpan.Zero));
        await queue.Database.StringSetAsync(queue.Keys.Inbox, "no list");
        var redis = worker.Services.GetRequiredService<StackExchange.Redis.IConnectionMultiplexer>();
        _ = worker.InvokeAsync(queue, """{"name":"probe","args":{"word":"pushed by hand"}}""");
        await Task.Delay(500);
        var before = redis.OperationCount;

        await Task.Delay(2000);

        Assert.InRange(redis.OperationCount - before, 0, 100);
        await queue.Database.KeyDeleteAsync(queue.Keys.Inbox);
    }

    [Fact]
    public async Task A_job_that_takes_long_delays_none_of_a_thousand_short_ones()
    {
        await using var queue = await TestQueue.CreateAsync();
        var (started, go) = (new Gate(), new Gate());
        var done = 0;
        var worker = await queue.StartHostAsync(async (job, _) =>
        {
            if (job.Word == "long")
            {
                started.Open();
                await go.Passed;
            }

            Interlocked.Increment(ref done);
            return null;
        });
        var slow = await queue.EnqueueAsync("long");
        var invocation = worker.InvokeAsync(queue, slow.Id);
        await started.Passed;

        await queue.EnqueueManyAsync(Enumerable.Range(0, 1000).Select(n => $"{n}"));

        await Eventually.EqualAsync(1000, () => Task.FromResult(done), "the short jobs done");
        Assert.False(invocation.IsCompleted);
        go.Open();
        await invocation.WaitAsync(TimeSpan.FromSeconds(20));
        Assert.Equal(JobState.Completed, await slow.GetStateAsync());
    }

    [Fact]
    public async Task An_invocation_is_let_go_when_the_handler_of_its_job_ignores_its_token()
    {
        await using var queue = await TestQueue.CreateAsync();
        var (started, go) = (new Gate(), new Gate());
        var worker = await queue.StartHostAsync(
            async (_, _) =>
            {
                started.Open();
                await go.Passed;
                return null;
            },
            type: options => options.Timeout = TimeSpan.FromMilliseconds(50));
        var deaf = await queue.EnqueueAsync("deaf");
        var invocation = worker.InvokeAsync(queue, deaf.Id);
        await started.Passed;

        // The host would take its worker process down at the end of functionTimeout, and other jobs with it.
        await invocation.WaitAsync(TimeSpan.FromSeconds(30));

        Assert.Equal(JobState.Executing, await deaf.GetStateAsync());
        go.Open();
    }

    [Fact]
    public async Task Further_invocations_end_with_their_own_job_while_one_holds_the_pump()
    {
        await using var queue = await TestQueue.CreateAsync();
        var gates = new ConcurrentDictionary<string, Gate>();
        var worker = await queue.StartHostAsync(async (job, _) =>
        {
            await gates[job.Word].Passed;
            return null;
        });
        foreach (var word in new[] { "a", "b", "c" })
        {
            gates[word] = new Gate();
        }

        var invocations = new List<Task>();
        foreach (var handle in await queue.EnqueueManyAsync(["a", "b", "c"]))
        {
            invocations.Add(worker.InvokeAsync(queue, handle.Id));
        }

        gates["b"].Open();
        await invocations[1].WaitAsync(TimeSpan.FromSeconds(10));
        Assert.False(invocations[0].IsCompleted || invocations[2].IsCompleted);
        gates["a"].Open();
        await invocations[0].WaitAsync(TimeSpan.FromSeconds(10));
        Assert.False(invocations[2].IsCompleted);
        gates["c"].Open();
        await invocations[2].WaitAsync(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task An_invocation_whose_host_gives_up_is_let_go_and_its_job_goes_on()
    {
        await using var queue = await TestQueue.CreateAsync();
        var (started, go) = (new Gate(), new Gate());
        var worker = await queue.StartHostAsync(async (_, _) =>
        {
            started.Open();
            await go.Passed;
            return "done";
        });
        var handle = await queue.EnqueueAsync();
        using var host = new CancellationTokenSource();
        var invocation = worker.Services.GetRequiredService<JobPump>().RunAsync(queue.Queue.Name, handle.Id, host.Token);
        await started.Passed;

        await host.CancelAsync();

        await invocation.WaitAsync(TimeSpan.FromSeconds(10));
        go.Open();
        Assert.Equal("done", await handle.WaitForResultAsync<string>(TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public async Task A_hundred_invocations_at_once_run_no_more_jobs_at_a_time_than_the_concurrency()
    {
        await using var queue = await TestQueue.CreateAsync();
        var (now, most) = (0, 0);
        var worker = await queue.StartHostAsync(
            async (_, _) =>
            {
                InterlockedMax(ref most, Interlocked.Increment(ref now));
                await Task.Delay(2);
                Interlocked.Decrement(ref now);
                return null;
            },
            options => options.Concurrency = 4);
        var handles = await queue.EnqueueManyAsync(Enumerable.Range(0, 100).Select(n => $"{n}"));

        await Task.WhenAll(handles.Select(handle => worker.InvokeAsync(queue, handle.Id))).WaitAsync(TimeSpan.FromSeconds(30));

        Assert.Equal("100", await queue.Database.HashGetAsync(queue.Keys.Stats, "completed"));
        Assert.Equal(4, most);
        Assert.Single(queue.Logs.Lines, line => line.Text.Contains("The pump of queue", StringComparison.Ordinal) && line.Text.Contains("starts", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Bells_invocations_and_the_watchdog_together_never_start_a_second_loop()
    {
        await using var queue = await TestQueue.CreateAsync();
        var worker = await queue.StartHostAsync(
            (_, _) => Task.FromResult<string?>(null), options => options.Linger = TimeSpan.Zero);
        var pump = worker.PumpOf(queue);

        await Task.WhenAll(Enumerable.Range(0, 8).Select(n => Task.Run(async () =>
        {
            for (var round = 0; round < 50; round++)
            {
                var handle = await queue.EnqueueAsync();
                pump.Drive();
                await worker.InvokeAsync(queue, handle.Id).WaitAsync(TimeSpan.FromSeconds(20));
            }
        })));

        await Eventually.TrueAsync(() => !pump.IsDriving, "the loop ends");
        var loops = 0;
        foreach (var line in queue.Logs.Lines.Where(line => line.Text.Contains("The pump of queue", StringComparison.Ordinal)))
        {
            loops += line.Text.Contains("starts", StringComparison.Ordinal) ? 1 : -1;
            Assert.InRange(loops, 0, 1);
        }

        Assert.Equal("400", await queue.Database.HashGetAsync(queue.Keys.Stats, "completed"));
    }

    [Fact]
    public async Task Without_the_pump_an_invocation_runs_its_own_job_and_no_other()
    {
        await using var queue = await TestQueue.CreateAsync();
        var worker = await queue.StartHostAsync(
            (job, _) => Task.FromResult<string?>(job.Word),
            options =>
            {
                options.Pump = false;
                options.Linger = TimeSpan.FromMilliseconds(50);
                options.WatchdogAfter = TimeSpan.FromMinutes(5);
            });
        var handles = await queue.EnqueueManyAsync(["a", "b"]);

        await worker.InvokeAsync(queue, handles[1].Id).WaitAsync(TimeSpan.FromSeconds(20));

        Assert.Equal(JobState.Completed, await handles[1].GetStateAsync());
        Assert.Equal(JobState.Available, await handles[0].GetStateAsync());
    }

    [Fact]
    public async Task A_queue_that_the_worker_does_not_serve_is_refused_with_what_to_do()
    {
        await using var queue = await TestQueue.CreateAsync();
        var worker = await queue.StartHostAsync((_, _) => Task.FromResult<string?>(null));

        var error = await Assert.ThrowsAsync<InvalidOperationException>(
            () => worker.Services.GetRequiredService<JobPump>().RunAsync("no-such-queue", "x"));

        Assert.Contains("AddQueue", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_workers_share_the_jobs_and_no_job_runs_twice()
    {
        await using var queue = await TestQueue.CreateAsync(Doorbell.Stream);
        var runs = new ConcurrentDictionary<string, ConcurrentBag<int>>();
        for (var n = 0; n < 2; n++)
        {
            var mine = n;
            await queue.StartWorkerAsync(async (job, _) =>
            {
                runs.GetOrAdd(job.Word, _ => []).Add(mine);
                await Task.Yield();
                return null;
            });
        }

        await queue.EnqueueManyAsync(Enumerable.Range(0, 2000).Select(n => $"{n}"));

        await Eventually.EqualAsync(2000, () => Task.FromResult(runs.Count), "the jobs that ran");
        Assert.All(runs, run => Assert.Single(run.Value));
        Assert.Equal([0, 1], runs.SelectMany(run => run.Value).Distinct().Order());
    }

    [Fact]
    public async Task A_lingering_pump_starts_a_job_without_waiting_for_the_trigger()
    {
        await using var queue = await TestQueue.CreateAsync();
        var worker = await queue.StartHostAsync(
            (_, _) => Task.FromResult<string?>("ok"), options => options.Linger = TimeSpan.FromSeconds(30));
        var invocation = worker.InvokeAsync(queue, "nobody");

        for (var round = 0; round < 20; round++)
        {
            var handle = await queue.EnqueueAsync();
            await handle.WaitForResultAsync<string>(TimeSpan.FromSeconds(10));
            var info = await queue.InfoAsync(handle.Id);
            // The pump also looks by itself, but only once a second.
            Assert.InRange(info.StartedAt!.Value - info.EnqueuedAt, TimeSpan.Zero, TimeSpan.FromMilliseconds(500));
        }

        Assert.False(invocation.IsCompleted);
    }

    private static void InterlockedMax(ref int most, int value)
    {
        var seen = Volatile.Read(ref most);
        while (value > seen && Interlocked.CompareExchange(ref most, value, seen) is var now && now != seen)
        {
            seen = now;
        }
    }
}
