using System.Collections.Concurrent;
using System.Diagnostics;

namespace FunctionJobs.Tests;

/// <summary>What the span of an enqueue says.</summary>
public sealed class TracesTests
{
    [Fact]
    public async Task An_enqueue_that_throws_is_an_error_and_one_that_creates_a_job_is_none()
    {
        await using var test = await TestEnqueuer.CreateAsync();
        var ended = new ConcurrentQueue<string>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == JobTelemetry.Name,
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity =>
            {
                if ((string?)activity.GetTagItem("messaging.destination.name") == test.Queue.Name)
                {
                    ended.Enqueue($"{activity.GetTagItem("messaging.operation.name")}: {activity.Status} {activity.GetTagItem("error.type")}".TrimEnd());
                }
            },
        };
        ActivitySource.AddActivityListener(listener);

        await test.EnqueueAsync();
        await Assert.ThrowsAsync<ArgumentException>(() => test.EnqueueAsync(new() { JobId = new string('x', 1000) }));
        await test.Database.StringSetAsync(test.Keys.Available, "something else");
        await Assert.ThrowsAsync<JobQueueUnavailableException>(() => test.EnqueueAsync());

        Assert.Equal(["enqueue: Unset", "enqueue: Error ArgumentException", "enqueue: Error JobQueueUnavailableException"], ended);
    }
}
