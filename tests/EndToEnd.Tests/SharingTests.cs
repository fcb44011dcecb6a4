namespace FunctionJobs.Tests;

/// <summary>Several processes on the same queues.</summary>
public sealed class SharingTests : IAsyncLifetime
{
    private Site site = null!;

    public async ValueTask InitializeAsync() => site = await Site.CreateAsync();

    public ValueTask DisposeAsync() => site.DisposeAsync();

    [Theory]
    [InlineData(Work.Mail, 400)]
    [InlineData(Work.Picture, 400)]
    public async Task Two_processes_share_the_work_and_no_job_runs_twice(Work work, int count)
    {
        await site.StartAppAsync();
        await site.StartAppAsync();
        var prepared = new List<NewJob>();
        for (var id = 1; id <= count; id++)
        {
            prepared.Add(await site.PrepareAsync(work, id));
        }

        var jobs = await site.Jobs.EnqueueManyAsync(prepared);
        await Task.WhenAll(jobs.Select(job => job.WaitForResultAsync<object>(Eventually.DefaultTimeout)));

        for (var id = 1; id <= count; id++)
        {
            var doneLine = work.DoneLine(id);
            await Eventually.EqualAsync(1, () => Task.FromResult(site.Apps.Sum(app => app.Count(doneLine))), $"lines of {jobs[id - 1].Id}");
            await site.AssertDoneOnceAsync(jobs[id - 1], work, attempt: 1, id);
        }

        Assert.All(site.Apps, app => Assert.NotEqual(0, app.Lines.Count(line => line.Contains(work.DonePart(), StringComparison.Ordinal))));
    }
}
