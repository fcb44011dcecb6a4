using FunctionJobs.Worker;

namespace FunctionJobs.Tests;

/// <summary>Jobs that are leased before there is a slot for them.</summary>
public sealed class FetchAheadTests
{
    [Fact]
    public async Task What_starts_at_once_comes_first_and_what_is_leased_ahead_is_marked()
    {
        await using var queue = await TestQueue.CreateAsync();
        var handles = await queue.EnqueueManyAsync(["a", "b", "c", "d", "e"]);

        var (jobs, available) = await Fetch.RunAsync(queue.AsWorker(), 2, 2);

        Assert.Equal(handles.Take(4).Select(handle => handle.Id), jobs.Select(job => job.Id));
        Assert.Equal([false, false, true, true], jobs.Select(job => job.IsAhead));
        Assert.Equal(1, available);
        foreach (var job in jobs)
        {
            Assert.Equal(job.Lease, await queue.Database.HashGetAsync(queue.Keys.Job(job.Id), "lease"));
        }
    }

    [Fact]
    public async Task Every_end_of_a_job_that_was_leased_ahead_counts()
    {
        await using var queue = await TestQueue.CreateAsync();
        var worker = queue.AsWorker();
        await queue.EnqueueManyAsync(["a", "b", "c", "d"]);
        var (jobs, _) = await Fetch.RunAsync(worker, 0, 4);

        Assert.True(await worker.RenewAsync(jobs[0]));
        Assert.True(await worker.CompleteAsync(jobs[0]));
        Assert.True(await worker.RetryAsync(jobs[1]));
        Assert.True(await worker.DiscardAsync(jobs[2]));
        Assert.True(await worker.ReleaseAsync(jobs[3]));
        Assert.Equal(0, (await queue.InfoAsync(jobs[3].Id)).Attempt);
    }

    [Fact]
    public async Task A_job_that_was_leased_ahead_and_lost_has_not_used_up_an_attempt()
    {
        await using var queue = await TestQueue.CreateAsync();
        var worker = queue.AsWorker();
        var handle = await queue.EnqueueAsync();
        await Fetch.RunAsync(worker, 0, 1);
        Assert.Equal(1, (await queue.InfoAsync(handle.Id)).Attempt);

        var again = await worker.RescueAndFetchAsync(handle.Id);

        Assert.Equal((1, 1, false), (again.Attempt, again.Losses, again.IsAhead));
    }

    [Fact]
    public async Task A_job_that_was_lost_is_not_leased_ahead_again_nor_what_is_behind_it()
    {
        await using var queue = await TestQueue.CreateAsync();
        var worker = queue.AsWorker();
        var lost = await queue.EnqueueAsync("lost");
        await Fetch.RunAsync(worker, 0, 1);
        await worker.OutliveLeaseAsync(lost.Id);
        await worker.RescueAsync();
        var behind = await queue.EnqueueManyAsync(["behind", "last"]);
        var urgent = await queue.EnqueueAsync("urgent", new() { Priority = 0 });

        var (ahead, available) = await Fetch.RunAsync(worker, 0, 3);

        Assert.Equal([urgent.Id], ahead.Select(job => job.Id));
        Assert.Equal(3, available);
        Assert.Equal(JobState.Available, await lost.GetStateAsync());
        Assert.Equal(
            [lost.Id, behind[0].Id, behind[1].Id], (await Fetch.RunAsync(worker, 1, 3)).Jobs.Select(job => job.Id));
    }

    [Fact]
    public async Task Once_begun_the_loss_of_a_job_that_was_leased_ahead_counts()
    {
        await using var queue = await TestQueue.CreateAsync();
        var worker = queue.AsWorker();
        var handle = await queue.EnqueueAsync();
        var job = Assert.Single((await Fetch.RunAsync(worker, 0, 1)).Jobs);
        Assert.True(await Begin.RunAsync(worker, job));

        var again = await worker.RescueAndFetchAsync(handle.Id);

        Assert.Equal(2, again.Attempt);
        Assert.False(await Begin.RunAsync(worker, job));
    }
}
