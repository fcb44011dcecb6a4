using FunctionJobs.LocalServices;
using FunctionJobs.Worker;

namespace FunctionJobs.Tests;

/// <summary>Redis is full (maxmemory), with workers running.</summary>
public sealed class FullRedisTests
{
    [Fact]
    public async Task With_Redis_full_the_workers_finish_and_free_memory_and_enqueue_works_again()
    {
        await using var server = await LocalRedis.StartAsync(new() { Arguments = ["--maxmemory", "10mb"] });
        await using var queue = await TestQueue.CreateAsync(redis: server.ConnectionString);
        var accepted = 0;
        try
        {
            while (accepted < 1000)
            {
                await queue.EnqueueAsync(new string('x', 50_000), new() { JobId = $"job-{accepted}" });
                accepted++;
            }
        }
        catch (JobQueueUnavailableException)
        {
        }

        Assert.InRange(accepted, 50, 999);

        await queue.StartWorkerAsync(
            (_, context) => context.Attempt == 1 && context.JobId == "job-3"
                ? throw new InvalidOperationException("also a retry is written")
                : Task.FromResult<string?>("result"),
            type: options => options.KeepResultFor = TimeSpan.Zero);

        await Eventually.EqualAsync(
            $"{accepted}", async () => (await queue.Database.HashGetAsync(queue.Keys.Stats, "completed")).ToString(), "the completed jobs");
        var again = await queue.EnqueueAsync("again", new() { KeepResultFor = TimeSpan.FromMinutes(1) });
        Assert.Equal("result", await again.WaitForResultAsync<string>(TimeSpan.FromSeconds(20)));
    }

    [Fact]
    public async Task With_Redis_full_a_running_job_can_be_awaited_and_cancelled()
    {
        await using var server = await LocalRedis.StartAsync(new() { Arguments = ["--maxmemory", "100mb"] });
        await using var queue = await TestQueue.CreateAsync(redis: $"{server.ConnectionString},allowAdmin=true");
        var (started, cancelled) = (new Gate(), new Gate());
        await queue.StartWorkerAsync(async (_, context) =>
        {
            await using var told = context.CancellationToken.Register(cancelled.Open);
            started.Open();
            await cancelled.Passed;
            return "stopped";
        });
        var handle = await queue.EnqueueAsync();
        await started.Passed;
        await queue.Database.ExecuteAsync("CONFIG", "SET", "maxmemory", "1mb");

        var result = handle.WaitForResultAsync<string>(TimeSpan.FromSeconds(20));
        await Task.WhenAny(result, Task.Delay(500));

        Assert.Equal(CancelOutcome.Requested, await handle.CancelAsync());
        Assert.Equal("stopped", await result);
    }

    [Fact]
    public async Task With_Redis_full_an_entry_pushed_by_hand_becomes_a_job_and_progress_is_kept()
    {
        await using var server = await LocalRedis.StartAsync(new() { Arguments = ["--maxmemory", "100mb"] });
        await using var queue = await TestQueue.CreateAsync(redis: $"{server.ConnectionString},allowAdmin=true");
        var worker = await queue.StartHostAsync(async (job, context) =>
        {
            await context.ReportProgressAsync(50, "half");
            return $"{job.Word} {context.Attempt}";
        });
        var waits = await queue.EnqueueAsync("waits");
        await queue.Database.ExecuteAsync("CONFIG", "SET", "maxmemory", "1mb");

        await worker.InvokeAsync(queue, """{"name":"probe","id":"by-hand","args":{"word":"by hand"}}""").WaitAsync(TimeSpan.FromSeconds(20));

        Assert.Equal("waits 1", await waits.WaitForResultAsync<string>(TimeSpan.FromSeconds(20)));
        await Eventually.EqualAsync<JobState?>(JobState.Completed, () => queue.StateAsync("by-hand"), "the state");
        var info = await queue.InfoAsync("by-hand");
        Assert.Equal(("\"by hand 1\"", 50), (info.ResultJson, info.Progress!.Percent));
    }

    [Fact]
    public async Task With_Redis_full_a_job_leased_ahead_can_begin()
    {
        await using var server = await LocalRedis.StartAsync(new() { Arguments = ["--maxmemory", "100mb"] });
        await using var queue = await TestQueue.CreateAsync(redis: $"{server.ConnectionString},allowAdmin=true");
        var worker = queue.AsWorker();
        await queue.EnqueueAsync();
        var job = Assert.Single((await Fetch.RunAsync(worker, 0, 1)).Jobs);
        await queue.Database.ExecuteAsync("CONFIG", "SET", "maxmemory", "1mb");

        Assert.True(await Begin.RunAsync(worker, job));
    }
}
