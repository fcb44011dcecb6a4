namespace FunctionJobs.Tests;

/// <summary>Redis is killed and comes back under a running app.</summary>
public sealed class RedisRestartTests : IAsyncLifetime
{
    private Site site = null!;

    public async ValueTask InitializeAsync() => site = await Site.CreateAsync();

    public ValueTask DisposeAsync() => site.DisposeAsync();

    [Theory]
    [InlineData(Work.Mail)]
    [InlineData(Work.Picture)]
    public async Task The_app_goes_on_with_what_was_enqueued_before_and_after(Work work)
    {
        var first = await site.EnqueueAsync(Work.Mail, 1_000);
        await site.StartAppAsync();
        await first.WaitForResultAsync<object>(Eventually.DefaultTimeout);
        var later = await site.PrepareAsync(work);

        await site.KillRedisAsync();
        await site.RestartRedisAsync();
        Assert.Equal(JobState.Completed, await first.GetStateAsync());
        var job = await site.EnqueueAsync(later);

        await site.AssertDoneOnceAsync(job, work, attempt: 1);
        Assert.All(site.Apps, app => Assert.Equal(0, app.Count("listener is dead")));
    }

    [Fact]
    public async Task A_job_that_runs_meanwhile_counts_once()
    {
        await site.StartAppAsync();
        JobHandle job;
        await using (var held = await site.EnqueueHeldAsync(Work.Mail))
        {
            job = held.Job;
            await site.KillRedisAsync();
            await site.RestartRedisAsync();
        }

        await site.AssertDoneOnceAsync(job, Work.Mail, attempt: 1);
    }
}
