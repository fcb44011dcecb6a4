using FunctionJobs.Worker;

namespace FunctionJobs.Tests;

/// <summary>A record that somebody changed by hand harms no other job, whatever stands in it.</summary>
public sealed class DamagedRecordsTests
{
    public static TheoryData<string, string> Damages { get; } = new()
    {
        { "attempt", "often" },
        { "attempt", "" },
        { "losses", "some" },
        { "expires_at", "soon" },
        { "priority", "high" },
        { "priority", "" },
        { "keep_result_for", "long" },
        { "keep_result_for", "-1" },
        { "keep_result_for", "1e99" },
        { "unknown_since", "ever" },
        { "errors", "\n\n\n\n\n\n" },
        { "job", "{" },
        { "job", "" },
        { "state", "odd" },
        { "lease", "" },
    };

    [Theory]
    [MemberData(nameof(Damages))]
    public async Task A_damaged_field_harms_no_other_job(string field, string value)
    {
        foreach (var end in new[] { "complete", "retry", "discard", "release", "postpone", "rescue" })
        {
            await RunAsync((queue, id) => queue.Database.HashSetAsync(queue.Keys.Job(id), field, value), end);
        }
    }

    [Fact]
    public async Task A_record_that_is_no_hash_harms_no_other_job()
    {
        foreach (var end in new[] { "complete", "retry", "discard", "release", "postpone", "rescue" })
        {
            await RunAsync((queue, id) => queue.Database.StringSetAsync(queue.Keys.Job(id), "text"), end);
        }
    }

    [Theory]
    [InlineData("attempt", "5000000000")]
    [InlineData("losses", "5000000000")]
    public async Task A_number_that_somebody_made_too_large_harms_no_other_job(string field, string value)
    {
        await using var queue = await TestQueue.CreateAsync();
        var handles = await queue.EnqueueManyAsync(["damaged", "sound"]);
        await queue.Database.HashSetAsync(queue.Keys.Job(handles[0].Id), field, value);

        await queue.StartWorkerAsync((_, context) => Task.FromResult<string?>($"attempt {context.Attempt}"));

        Assert.Equal("attempt 1", await handles[1].WaitForResultAsync<string>(TimeSpan.FromSeconds(5)));
    }

    /// <summary>Damages one of three jobs at each stage of its life; the two others must reach the end.</summary>
    private static async Task RunAsync(Func<TestQueue, string, Task> damage, string end)
    {
        foreach (var damageAt in new[] { JobState.Scheduled, JobState.Available, JobState.Executing })
        {
            await using var queue = await TestQueue.CreateAsync();
            var worker = queue.AsWorker();
            var handles = await queue.EnqueueManyAsync(["first", "damaged", "last"], new() { Delay = TimeSpan.FromHours(1) });
            string[] sound = [handles[0].Id, handles[2].Id];
            await DamageAsync(JobState.Scheduled);
            foreach (var handle in handles)
            {
                await worker.MakeDueAsync(handle.Id);
            }

            await worker.StageAsync();
            await DamageAsync(JobState.Available);
            var jobs = (await Fetch.RunAsync(worker, 10)).Jobs;
            Assert.Subset(jobs.Select(job => job.Id).ToHashSet(), sound.ToHashSet());
            await DamageAsync(JobState.Executing);
            await Renew.RunAsync(worker, jobs);

            await EndAsync(worker, jobs, end);

            foreach (var id in sound)
            {
                var expected = end switch
                {
                    "complete" => JobState.Completed,
                    "retry" => JobState.Retryable,
                    "discard" => JobState.Discarded,
                    "postpone" => JobState.Scheduled,
                    _ => JobState.Available,
                };
                Assert.Equal(expected, await queue.StateAsync(id));
            }

            if (end is "rescue" or "release")
            {
                var again = (await Fetch.RunAsync(worker, 10)).Jobs.Select(job => job.Id).ToHashSet();
                Assert.Subset(again, sound.ToHashSet());
            }

            Task DamageAsync(JobState now) => now == damageAt ? damage(queue, handles[1].Id) : Task.CompletedTask;
        }
    }

    private static async Task EndAsync(WorkerQueue worker, List<LeasedJob> jobs, string end)
    {
        Finish[] Finishes(Outcome outcome) => [.. jobs.Select(job => new Finish(job, outcome))];
        var error = new AttemptError("Failure", "It failed.");
        switch (end)
        {
            case "complete":
                await Complete.RunAsync(worker, Finishes(Outcome.Completed("1", TimeSpan.FromHours(1))));
                break;
            case "retry":
                await Retry.RunAsync(worker, Finishes(Outcome.Retry(TimeSpan.FromHours(1), error)));
                break;
            case "discard":
                await Discard.RunAsync(worker, Finishes(Outcome.Discarded(error)));
                break;
            case "release":
                await Release.RunAsync(worker, Finishes(Outcome.Released()));
                break;
            case "postpone":
                foreach (var job in jobs)
                {
                    await worker.PostponeAsync(job, TimeSpan.FromHours(1));
                }

                break;
            default:
                foreach (var job in jobs)
                {
                    await worker.OutliveLeaseAsync(job.Id);
                }

                await worker.RescueAsync();
                break;
        }
    }
}
