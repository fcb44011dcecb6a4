using System.Collections.Concurrent;
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
    [Fact]
    public async Task A_pump_that_lingers_for_long_soon_finds_a_job_whose_bell_was_lost()
    {
        await using var queue = await TestQueue.CreateAsync();
        var worker = await queue.StartHostAsync(
            (_, _) => Task.FromResult<string?>("ok"), options => options.Linger = TimeSpan.FromSeconds(60));
        var handle = await queue.EnqueueAsync(options: new() { Delay = TimeSpan.FromHours(1) });
        var invocation = worker.InvokeAsync(queue, "nobody");
        await Eventually.TrueAsync(async () => await queue.Database.SortedSetLengthAsync(queue.Keys.Offers) > 0, "the pump lingers");

        var transaction = queue.Database.CreateTransaction();
        _ = transaction.SortedSetRemoveAsync(queue.Keys.Scheduled, handle.Id);
        _ = transaction.HashSetAsync(queue.Keys.Job(handle.Id), "state", "available");
        _ = transaction.SortedSetAddAsync(queue.Keys.Available, handle.Id, 1);
        await transaction.ExecuteAsync();

        Assert.Equal("ok", await handle.WaitForResultAsync<string>(TimeSpan.FromSeconds(10)));
        Assert.False(invocation.IsCompleted);
    }
}
