namespace FunctionJobs.Tests;

/// <summary>How long a failed job waits for its next attempt.</summary>
public sealed class RetryTests
{
    [Fact]
    public async Task A_job_that_fails_twice_and_then_succeeds_shows_three_attempts_with_growing_waits()
    {
        await using var queue = await TestQueue.CreateAsync();
        await queue.StartWorkerAsync(
            (_, context) => context.Attempt < 3 ? throw new InvalidOperationException($"no {context.Attempt}") : Task.FromResult<string?>("ok"),
            type: options => options.BackoffBase = TimeSpan.FromMilliseconds(200));

        var handle = await queue.EnqueueAsync();

        Assert.Equal("ok", await handle.WaitForResultAsync<string>(TimeSpan.FromSeconds(10)));
        var info = (await handle.GetInfoAsync())!;
        Assert.Equal(3, info.Attempt);
        Assert.Equal(["no 1", "no 2"], info.Errors.Select(error => error.Message));
        // Each against its own bound and not against the other: a late start prolongs any of them.
        Assert.True(info.Errors[1].At - info.Errors[0].At >= TimeSpan.FromMilliseconds(160));
        Assert.True(info.StartedAt!.Value - info.Errors[1].At >= TimeSpan.FromMilliseconds(320));
    }

    [Fact]
    public async Task A_handler_that_knows_when_to_try_again_is_tried_again_then()
    {
        await using var queue = await TestQueue.CreateAsync();
        await queue.StartWorkerAsync(
            (_, context) => context.Attempt == 1
                ? throw context.RetryAfter(TimeSpan.FromMilliseconds(600), "busy")
                : Task.FromResult<string?>("ok"),
            type: options => options.BackoffBase = TimeSpan.FromHours(1));
        var handle = await queue.EnqueueAsync();

        await handle.WaitForResultAsync<string>(TimeSpan.FromSeconds(20));

        var info = await queue.InfoAsync(handle.Id);
        Assert.InRange(info.StartedAt!.Value - info.Errors[0].At, TimeSpan.FromMilliseconds(600), TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task Jobs_that_fail_together_do_not_come_back_together()
    {
        const int jobs = 30;
        await using var queue = await TestQueue.CreateAsync();
        await queue.StartWorkerAsync((_, _) => throw new InvalidOperationException("no"), type: options => options.BackoffBase = TimeSpan.FromHours(1));
        var handles = await queue.EnqueueManyAsync(Enumerable.Range(0, jobs).Select(n => $"{n}"));
        await Eventually.EqualAsync(jobs, () => queue.Database.SortedSetLengthAsync(queue.Keys.Scheduled), "the jobs that wait");

        var waits = new List<TimeSpan>();
        foreach (var handle in handles)
        {
            var info = await queue.InfoAsync(handle.Id);
            waits.Add(info.ScheduledAt!.Value - info.Errors[0].At);
        }

        Assert.All(waits, wait => Assert.InRange(wait, TimeSpan.FromMinutes(48), TimeSpan.FromMinutes(60)));
        // Of 12 minutes, in which they are spread by chance: all within half of them is less likely than one in ten millions.
        Assert.True(waits.Max() - waits.Min() > TimeSpan.FromMinutes(6), string.Join(", ", waits.Order()));
    }
}
