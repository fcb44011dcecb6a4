using FunctionJobs.Worker;

namespace FunctionJobs.Tests;

/// <summary>Attempts that end in the same moment are written in one call.</summary>
public sealed class CompleteTests
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    [Fact]
    public async Task Of_attempts_that_end_together_each_counts_by_its_own_lease_and_keeps_its_own_result_for_its_own_time()
    {
        await using var queue = await TestQueue.CreateAsync();
        var (worker, rescuer) = (queue.AsWorker(), queue.AsWorker());
        await queue.EnqueueManyAsync(["a", "b", "c", "d", "e", "f", "g", "h"]);
        LeasedJob[] jobs = [.. (await Fetch.RunAsync(worker, 3, 2)).Jobs, .. (await Fetch.RunAsync(worker, 3)).Jobs];
        await rescuer.RescueAndFetchAsync(jobs[6].Id);
        (string Result, TimeSpan Keep)[] ends =
        [
            ("", Hour), ("1", Hour), ("", Hour), ("", Hour), ("", TimeSpan.Zero), ("1.0", TimeSpan.FromMinutes(10)), ("", TimeSpan.FromMinutes(10)),
            ("", TimeSpan.FromMinutes(10)),
        ];

        var counted = await Complete.RunAsync(worker, [.. jobs.Zip(ends, (job, end) => new Finish(job, Outcome.Completed(end.Result, end.Keep)))]);

        Assert.Equal([true, true, true, true, true, true, false, true], counted);
        foreach (var (job, end) in jobs.Zip(ends))
        {
            var (state, result, left) = (
                await queue.StateAsync(job.Id),
                (string?)await queue.Database.HashGetAsync(queue.Keys.Job(job.Id), "result") ?? "",
                await queue.Database.KeyTimeToLiveAsync(queue.Keys.Job(job.Id)));
            if (job == jobs[6])
            {
                Assert.Equal((JobState.Executing, "", null), (state, result, left));
            }
            else if (end.Keep == TimeSpan.Zero)
            {
                Assert.Null(state);
            }
            else
            {
                Assert.Equal((JobState.Completed, end.Result), (state, result));
                Assert.InRange(left!.Value, end.Keep - TimeSpan.FromMinutes(1), end.Keep);
            }
        }

        Assert.Equal([jobs[6].Id], (await queue.Database.SortedSetRangeByRankAsync(queue.Keys.Executing)).Select(id => id.ToString()));
    }
}
