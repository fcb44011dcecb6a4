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
    }
}
