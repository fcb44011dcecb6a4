namespace FunctionJobs.Tests;

public sealed class RunningTests
{
    [Theory]
    [InlineData(Doorbell.List)]
    [InlineData(Doorbell.Stream)]
    public async Task An_enqueued_job_runs_and_its_result_can_be_awaited(Doorbell doorbell)
    {
        await using var queue = await TestQueue.CreateAsync(doorbell);
        await queue.StartWorkerAsync((job, _) => Task.FromResult<string?>(job.Word + "!"));

        var handle = await queue.EnqueueAsync("hello");

        Assert.Equal("hello!", await handle.WaitForResultAsync<string>(TimeSpan.FromSeconds(10)));
        var info = await handle.GetInfoAsync();
        Assert.Equal(JobState.Completed, info!.State);
        Assert.Equal(1, info.Attempt);
    }

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
        var first = info.Errors[1].At - info.Errors[0].At;
        var second = info.StartedAt!.Value - info.Errors[1].At;
        Assert.True(second > first, $"{second} > {first}");
    }
}
