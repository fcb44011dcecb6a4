namespace FunctionJobs.Tests;

/// <summary>What the enqueuer does is counted once each, however it is called.</summary>
public sealed class MetricsTests
{
    [Fact]
    public async Task Created_jobs_are_counted_and_duplicates_are_not()
    {
        await using var test = await TestEnqueuer.CreateAsync();
        using var metrics = new Metered(test.Queue.Name);
        var job = NewJob.Named("greet", null, new() { Queue = test.Queue, JobId = "one" });

        await test.Enqueuer.EnqueueManyAsync([job, job, NewJob.Named("greet", null, new() { Queue = test.Queue })]);
        Assert.Equal("enqueued 2", metrics.Counted);

        await test.EnqueueAsync(new() { JobId = "one" });
        await test.EnqueueAsync(new() { Delay = TimeSpan.FromHours(1) });
        Assert.Equal("enqueued 3", metrics.Counted);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3600)]
    public async Task A_cancel_before_the_start_is_counted_once(int delayInSeconds)
    {
        await using var test = await TestEnqueuer.CreateAsync();
        var job = await test.EnqueueAsync(new() { Delay = delayInSeconds == 0 ? null : TimeSpan.FromSeconds(delayInSeconds) });
        using var metrics = new Metered(test.Queue.Name);

        Assert.Equal(CancelOutcome.Cancelled, await job.CancelAsync());
        Assert.Equal(CancelOutcome.AlreadyEnded, await job.CancelAsync());

        Assert.Equal("cancelled before start 1", metrics.Counted);
    }

    [Fact]
    public async Task A_running_job_s_cancel_is_counted_by_its_worker()
    {
        await using var test = await TestEnqueuer.CreateAsync();
        var job = await test.EnqueueAsync();
        await test.Database.HashSetAsync(test.Keys.Job(job.Id), "state", "executing");
        using var metrics = new Metered(test.Queue.Name);

        Assert.Equal(CancelOutcome.Requested, await job.CancelAsync());

        Assert.Equal("", metrics.Counted);
    }

    [Fact]
    public async Task A_dead_letter_that_is_requeued_is_counted_once()
    {
        await using var test = await TestEnqueuer.CreateAsync();
        var job = await test.EnqueueAsync();
        using var metrics = new Metered(test.Queue.Name);

        Assert.Equal(RequeueOutcome.NotDiscarded, await job.RequeueAsync());
        await test.Database.HashSetAsync(test.Keys.Job(job.Id), "state", "discarded");
        Assert.Equal(RequeueOutcome.Requeued, await job.RequeueAsync());
        Assert.Equal(RequeueOutcome.NotDiscarded, await job.RequeueAsync());

        Assert.Equal("requeued 1", metrics.Counted);
    }
}
