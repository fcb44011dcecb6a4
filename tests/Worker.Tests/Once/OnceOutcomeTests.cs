using System.Text.Json;
using FunctionJobs.LocalServices;
using FunctionJobs.Worker;

namespace FunctionJobs.Tests;

/// <summary>How long the outcome of an effect is kept, and what happens where it cannot be.</summary>
public sealed class OnceOutcomeTests
{
    [Fact]
    public async Task An_effect_that_ends_while_Redis_is_away_for_a_moment_is_not_done_again()
    {
        await using var server = await LocalRedis.StartAsync(new() { Arguments = ["--appendfsync", "always"] });
        await using var queue = await TestQueue.CreateAsync(redis: server.ConnectionString);
        var (effects, back) = (0, Task.CompletedTask);
        async Task BackAsync()
        {
            await Task.Delay(TimeSpan.FromSeconds(6));
            await server.RestartAsync();
        }

        await queue.StartWorkerAsync(async (_, context) =>
        {
            var once = await context.OnceAsync("mail", async _ =>
            {
                await server.StopAsync();
                back = BackAsync();
                return Interlocked.Increment(ref effects);
            });
            return $"{once.Value}";
        });
        var handle = await queue.EnqueueAsync();

        await Eventually.EqualAsync<JobState?>(JobState.Completed, () => handle.GetStateAsync(), "the state");
        await back;
        Assert.Equal(1, effects);
    }

    [Fact]
    public async Task An_outcome_is_kept_for_seven_days()
    {
        await using var queue = await TestQueue.CreateAsync();

        await JobContext.ForTest(queue.Redis, queue.Queue.Name, "job", 1).OnceAsync("key", _ => Task.FromResult(1));

        Assert.InRange(
            (await queue.Database.KeyTimeToLiveAsync(queue.Keys.Once("key")))!.Value, TimeSpan.FromDays(7) - TimeSpan.FromMinutes(1), TimeSpan.FromDays(7));
    }

    [Fact]
    public async Task A_stale_attempt_does_not_shorten_the_life_of_an_outcome_that_a_later_one_has_stored()
    {
        await using var queue = await TestQueue.CreateAsync();
        var stale = JobContext.ForTest(queue.Redis, queue.Queue.Name, "job", 1);
        var key = queue.Keys.Once("key");
        var (started, go) = (new Gate(), new Gate());
        var effect = stale.OnceAsync("key", async _ =>
        {
            started.Open();
            await go.Passed;
            return 1;
        });
        await started.Passed;
        await queue.Database.KeyExpireAsync(key, TimeSpan.FromSeconds(5));
        await IdempotencyKeys.TryHoldAsync(queue.Database, [key], stale.Identity);
        Assert.True(await queue.Database.KeyTimeToLiveAsync(key) > IdempotencyKeys.Lease / 2);

        await JobContext.ForTest(queue.Redis, queue.Queue.Name, "job", 2).OnceAsync("key", _ => Task.FromResult(2));
        await IdempotencyKeys.TryHoldAsync(queue.Database, [key], stale.Identity);

        Assert.True(await queue.Database.KeyTimeToLiveAsync(key) > IdempotencyKeys.Lease);
        go.Open();
        await effect;
    }

    [Theory]
    [InlineData("not a number")]
    [InlineData("of a document that is gone")]
    public async Task An_effect_whose_outcome_cannot_be_written_is_not_done_again(string outcome)
    {
        await using var queue = await TestQueue.CreateAsync();
        var effects = 0;
        await queue.StartWorkerAsync(async (job, context) =>
        {
            await context.OnceAsync<object>("key", _ =>
            {
                effects++;
                return Task.FromResult<object>(job.Word == "not a number" ? double.NaN : default(JsonElement));
            });
            return null;
        });
        var handle = await queue.EnqueueAsync(outcome);

        var failure = await Assert.ThrowsAsync<JobFailedException>(() => handle.WaitForResultAsync<string>(TimeSpan.FromSeconds(20)));

        Assert.Contains("cannot be written", failure.Error!.Message, StringComparison.Ordinal);

        await handle.RequeueAsync();
        failure = await Assert.ThrowsAsync<JobFailedException>(() => handle.WaitForResultAsync<string>(TimeSpan.FromSeconds(20)));

        Assert.Contains("cannot be written", failure.Error!.Message, StringComparison.Ordinal);
        Assert.Equal(1, effects);
        Assert.True(await queue.Database.KeyTimeToLiveAsync(queue.Keys.Once("key")) > IdempotencyKeys.Lease);
    }
}
