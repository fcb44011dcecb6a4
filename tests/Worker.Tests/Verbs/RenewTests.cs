using FunctionJobs.Worker;
using StackExchange.Redis;

namespace FunctionJobs.Tests;

public sealed class RenewTests
{
    [Fact]
    public async Task The_leases_of_as_many_jobs_as_a_worker_may_hold_are_renewed()
    {
        await using var queue = await TestQueue.CreateAsync();
        var worker = queue.AsWorker();
        await queue.EnqueueManyAsync(Enumerable.Range(0, 5000).Select(n => $"{n}"));
        var jobs = new List<LeasedJob>();
        for (var n = 0; n < 5; n++)
        {
            jobs.AddRange((await Fetch.RunAsync(worker, 1000)).Jobs);
        }

        Assert.Equal(5000, jobs.Count);
        await queue.Database.SortedSetAddAsync(queue.Keys.Executing, [.. jobs.Select(job => new SortedSetEntry(job.Id, 1))]);

        Assert.Empty((await Renew.RunAsync(worker, jobs)).Lost);

        var soonest = Assert.Single(await queue.Database.SortedSetRangeByRankWithScoresAsync(queue.Keys.Executing, 0, 0));
        Assert.True(soonest.Score > (await queue.NowAsync()).ToUnixTimeMilliseconds(), $"A lease ends at {soonest.Score}.");
    }
}
