using System.Collections.Concurrent;
using FunctionJobs.LocalServices;
using FunctionJobs.Worker;

namespace FunctionJobs.Tests;

/// <summary>Short jobs are leased ahead; none of them may suffer from it.</summary>
public sealed class PrefetchTests
{
    private const int WarmUp = 200;

    [Fact]
    public async Task Jobs_leased_ahead_do_not_wait_behind_slow_ones()
    {
        await using var queue = await TestQueue.CreateAsync();
        var go = new Gate();
        var ran = new ConcurrentDictionary<string, int>();
        var busy = await queue.StartWorkerAsync(
            async (job, context) =>
            {
                if (job.Word.StartsWith("slow", StringComparison.Ordinal))
                {
                    await go.Passed.WaitAsync(context.CancellationToken);
                }

                ran.AddOrUpdate(job.Word, 1, (_, n) => n + 1);
                return null;
            },
            options => options.Concurrency = 2);
        await queue.EnqueueManyAsync(Enumerable.Range(0, WarmUp).Select(n => $"{n}"));
        await Eventually.EqualAsync(WarmUp, () => Task.FromResult(ran.Count), "the short jobs done");

        // Both slots are taken; what the worker has leased ahead of that must not stay with it.
        var handles = await queue.EnqueueManyAsync(["slow 1", "slow 2", .. Enumerable.Range(0, 20).Select(n => $"after {n}")]);
        await Eventually.EqualAsync(2, () => queue.Database.SortedSetLengthAsync(queue.Keys.Executing), "the jobs that the busy worker holds");
        await queue.StartWorkerAsync((job, _) =>
        {
            ran.AddOrUpdate(job.Word, 1, (_, n) => n + 1);
            return Task.FromResult<string?>(null);
        });

        await Eventually.EqualAsync(WarmUp + 20, () => Task.FromResult(ran.Count), "the jobs that another worker ran");
        go.Open();
        foreach (var handle in handles)
        {
            await handle.WaitForResultAsync<string>(TimeSpan.FromSeconds(20));
            Assert.Equal((1, 0), ((await queue.InfoAsync(handle.Id)).Attempt, (await queue.InfoAsync(handle.Id)).Errors.Count));
        }

        Assert.All(ran, run => Assert.Equal(1, run.Value));
    }

    [Fact]
    public async Task A_job_that_was_lost_starts_soon_although_short_ones_keep_coming()
    {
        const int Short = 30_000;
        // So many records make each look at all keys slow, for the other tests too.
        await using var server = await LocalRedis.StartAsync();
        await using var queue = await TestQueue.CreateAsync(redis: server.ConnectionString);
        var (done, before) = (0, 0);
        var doomed = queue.AsWorker(options => options.Lease = TimeSpan.FromMinutes(5));
        var lost = await queue.EnqueueAsync("lost");
        await doomed.FetchOneAsync();
        await queue.EnqueueManyAsync(Enumerable.Range(0, Short).Select(n => $"{n}"));

        await queue.StartWorkerAsync((job, context) =>
        {
            if (job.Word == "lost")
            {
                before = Volatile.Read(ref done);
            }
            else if (Interlocked.Increment(ref done) == 3000)
            {
                _ = LoseAsync();
            }

            return Task.FromResult<string?>(null);
        });

        await lost.WaitForResultAsync<string>(TimeSpan.FromSeconds(60));
        Assert.InRange(before, 3000, Short * 2 / 3);

        async Task LoseAsync()
        {
            await doomed.OutliveLeaseAsync(lost.Id);
            await doomed.RescueAsync();
        }
    }

    [Fact]
    public async Task A_worker_that_stops_gives_back_what_it_has_leased_ahead_with_no_attempt_used_up()
    {
        await using var queue = await TestQueue.CreateAsync();
        var attempts = new ConcurrentBag<int>();
        var done = 0;
        Task<string?> RunAsync(Probe job, JobContext context)
        {
            attempts.Add(context.Attempt);
            Interlocked.Increment(ref done);
            return Task.FromResult<string?>(null);
        }

        var handles = await queue.EnqueueManyAsync(Enumerable.Range(0, 3000).Select(n => $"{n}"), new() { MaxAttempts = 2 });
        while (done < handles.Count)
        {
            var worker = await queue.StartWorkerAsync(RunAsync);
            var before = done;
            await Eventually.TrueAsync(() => done > before, $"more than {before} jobs have run");
            await queue.StopAsync(worker);
            Assert.Equal(0, await queue.Database.SortedSetLengthAsync(queue.Keys.Executing));
        }

        Assert.Equal(handles.Count, done);
        Assert.All(attempts, attempt => Assert.Equal(1, attempt));
    }

    [Fact]
    public async Task A_job_with_one_attempt_runs_once_also_when_it_was_leased_ahead()
    {
        await using var queue = await TestQueue.CreateAsync();
        var done = 0;
        await queue.StartWorkerAsync((_, _) =>
        {
            Interlocked.Increment(ref done);
            return Task.FromResult<string?>(null);
        });
        await queue.EnqueueManyAsync(Enumerable.Range(0, 500).Select(n => $"{n}"), new() { MaxAttempts = 1 });

        await Eventually.EqualAsync(500, () => Task.FromResult(done), "the jobs run");
        await Eventually.EqualAsync("500", async () => (string?)await queue.Database.HashGetAsync(queue.Keys.Stats, "completed"), "the jobs completed");
    }
}
