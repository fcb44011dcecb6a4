namespace FunctionJobs.Tests;

public sealed class RescuerTests
{
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
