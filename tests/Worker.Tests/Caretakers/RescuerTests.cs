using FunctionJobs.Worker;

namespace FunctionJobs.Tests;

public sealed class RescuerTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(12)]
    public void After_an_outage_a_worker_may_be_silent_for_at_least_as_long_as_otherwise_however_short_the_leases(int lease)
    {
        var otherwise = Rescuer.SilenceOf(isSteady: true, TimeSpan.FromSeconds(lease));

        Assert.True(Rescuer.SilenceOf(isSteady: false, TimeSpan.FromSeconds(lease)) >= otherwise);
    }

    [Fact]
    public async Task A_rescued_job_runs_at_once_though_no_trigger_is_alive()
    {
        await using var queue = await TestQueue.CreateAsync();
        var lost = queue.AsWorker();
        var handle = await queue.EnqueueAsync();
        var job = (await lost.FetchOneAsync())!;
        await queue.StartHostAsync((_, _) => Task.FromResult<string?>("ran"), worker => worker.WatchdogAfter = TimeSpan.FromMinutes(10));

        await lost.OutliveLeaseAsync(job.Id);

        Assert.Equal("ran", await handle.WaitForResultAsync<string>(TimeSpan.FromSeconds(10)));
        Assert.Contains(queue.Logs.Lines, line => line.Text.Contains($"are available again: {job.Id}.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_worker_that_starts_just_after_an_outage_takes_no_job_whose_lease_holds()
    {
        await using var queue = await TestQueue.CreateAsync();
        var absent = queue.AsWorker();
        var handle = await queue.EnqueueAsync();
        var job = (await absent.FetchOneAsync())!;
        // It could show no heartbeat while Redis was away, and is not back on its channel.
        var beat = (await queue.NowAsync()).AddSeconds(-5).ToUnixTimeMilliseconds();
        await queue.Database.SortedSetAddAsync(queue.Keys.Workers, absent.Worker.Name, beat);

        await queue.StartWorkerAsync((_, _) => Task.FromResult<string?>("ran"));
        await Task.Delay(TimeSpan.FromSeconds(1.5));

        Assert.Equal(job.Lease, await queue.Database.HashGetAsync(queue.Keys.Job(job.Id), "lease"));
        Assert.Equal(JobState.Executing, await handle.GetStateAsync());
    }
}
