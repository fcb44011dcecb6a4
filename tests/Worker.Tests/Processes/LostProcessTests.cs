using System.Diagnostics;
using FunctionJobs.LocalServices;

namespace FunctionJobs.Tests;

/// <summary>Worker processes that are killed or frozen.</summary>
public sealed class LostProcessTests
{
    [Theory]
    [InlineData(Doorbell.List)]
    [InlineData(Doorbell.Stream)]
    public async Task A_job_of_a_killed_process_runs_again_elsewhere_within_five_seconds(Doorbell doorbell)
    {
        await using var queue = await TestQueue.CreateAsync(doorbell);
        await using var killed = await WorkerProgram.StartAndWaitAsync(queue);
        var handle = await queue.EnqueueAsync(WorkerProgram.Hangs);
        await killed.WaitForLineAsync("^started hangs 1$");
        await queue.StartWorkerAsync((_, context) => Task.FromResult<string?>($"attempt {context.Attempt} elsewhere"));

        killed.Send(Signal.Kill);
        var clock = Stopwatch.StartNew();

        Assert.Equal("attempt 2 elsewhere", await handle.WaitForResultAsync<string>(TimeSpan.FromSeconds(30)));
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(6), $"It took {clock.Elapsed}; 5 s are promised.");
    }

    [Fact]
    public async Task A_job_of_a_killed_process_runs_again_when_the_only_worker_is_started_again()
    {
        await using var queue = await TestQueue.CreateAsync();
        await using var killed = await WorkerProgram.StartAndWaitAsync(queue);
        var handle = await queue.EnqueueAsync(WorkerProgram.Hangs);
        await killed.WaitForLineAsync("^started hangs 1$");
        killed.Send(Signal.Kill);
        await killed.WaitForExitAsync();

        await using var again = await WorkerProgram.StartAndWaitAsync(queue);
        var clock = Stopwatch.StartNew();

        Assert.Equal("attempt 2", await handle.WaitForResultAsync<string>(TimeSpan.FromSeconds(30)));
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(6), $"It took {clock.Elapsed}; 5 s are promised.");
    }

    [Fact]
    public async Task A_process_frozen_past_its_lease_learns_it_when_it_wakes_and_its_late_completion_does_not_count()
    {
        await using var queue = await TestQueue.CreateAsync();
        await using var frozen = await WorkerProgram.StartAndWaitAsync(queue);
        var handle = await queue.EnqueueAsync(WorkerProgram.ComesLate);
        await frozen.WaitForLineAsync("^started late 1$");
        frozen.Send(Signal.Pause);
        var clock = Stopwatch.StartNew();
        await queue.StartWorkerAsync((_, context) => Task.FromResult<string?>($"attempt {context.Attempt} elsewhere"));

        Assert.Equal("attempt 2 elsewhere", await handle.WaitForResultAsync<string>(TimeSpan.FromSeconds(40)));
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(16), $"It took {clock.Elapsed}; 15 s are promised.");
        frozen.Send(Signal.Continue);

        await frozen.WaitForLineAsync("^cancelled late 1$", TimeSpan.FromSeconds(5));
        await queue.Database.StringSetAsync(WorkerProgram.GoKey(queue.Queue.Name), "go", TimeSpan.FromMinutes(1));
        await frozen.WaitForLineAsync("its outcome does not count");
        var info = await queue.InfoAsync(handle.Id);
        Assert.Equal((JobState.Completed, 2, "\"attempt 2 elsewhere\""), (info.State, info.Attempt, info.ResultJson));
        Assert.Equal("1", await queue.Database.HashGetAsync(queue.Keys.Stats, "completed"));
    }

    [Fact]
    public async Task SIGTERM_releases_a_running_job_and_the_process_ends_in_time()
    {
        await using var queue = await TestQueue.CreateAsync();
        await using var process = await WorkerProgram.StartAndWaitAsync(queue);
        var handle = await queue.EnqueueAsync(WorkerProgram.Hangs);
        await process.WaitForLineAsync("^started hangs 1$");

        process.Send(Signal.Terminate);
        Assert.Equal(0, await process.WaitForExitAsync(TimeSpan.FromSeconds(15)));

        var info = await queue.InfoAsync(handle.Id);
        Assert.Equal((JobState.Available, 0), (info.State, info.Attempt));
        Assert.Equal(0, await queue.Database.SortedSetLengthAsync(queue.Keys.Workers));
    }
}
