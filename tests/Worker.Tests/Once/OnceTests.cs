using System.Text.Json;
using FunctionJobs.Worker;
using Microsoft.Extensions.Time.Testing;

namespace FunctionJobs.Tests;

public sealed class OnceTests
{
    [Fact]
    public async Task A_later_attempt_gets_the_first_outcome_without_a_second_effect()
    {
        await using var queue = await TestQueue.CreateAsync();
        var effects = 0;
        await queue.StartWorkerAsync(async (_, context) =>
        {
            var once = await context.OnceAsync("mail", _ => Task.FromResult($"sent {Interlocked.Increment(ref effects)}"));
            return context.Attempt < 3 ? throw new InvalidOperationException("after the effect") : $"{once.Value} {once.RanNow}";
        });
        var handle = await queue.EnqueueAsync();

        Assert.Equal("sent 1 False", await handle.WaitForResultAsync<string>(TimeSpan.FromSeconds(20)));
        Assert.Equal(1, effects);
    }

    [Fact]
    public async Task Another_job_gets_the_outcome_too()
    {
        await using var queue = await TestQueue.CreateAsync();

        Assert.Equal((1, true), await OnceAsync(queue, "one", 1, 1));
        Assert.Equal((1, false), await OnceAsync(queue, "other", 1, 2));
    }

    [Fact]
    public async Task While_an_effect_goes_on_and_on_another_job_is_put_off()
    {
        await using var queue = await TestQueue.CreateAsync();
        var (started, go) = (new Gate(), new Gate());
        var first = Context(queue, "one", 1).OnceAsync("key", async _ =>
        {
            started.Open();
            await go.Passed;
            return 1;
        });
        await started.Passed;

        var error = await Assert.ThrowsAsync<RetryJobException>(() => OnceAsync(queue, "other", 1, 2));

        // Keys are made from arguments.
        Assert.DoesNotContain("'key'", error.Message, StringComparison.Ordinal);
        Assert.InRange(error.Delay, TimeSpan.FromMilliseconds(100), IdempotencyKeys.Lease);
        go.Open();
        Assert.True((await first).RanNow);
    }

    [Fact]
    public async Task Another_job_waits_for_an_effect_that_is_soon_done_and_gets_its_outcome()
    {
        await using var queue = await TestQueue.CreateAsync();
        var (started, go) = (new Gate(), new Gate());
        var first = Context(queue, "one", 1).OnceAsync("key", async _ =>
        {
            started.Open();
            await go.Passed;
            return 1;
        });
        await started.Passed;

        var second = OnceAsync(queue, "other", 1, 2);
        Assert.False(second.IsCompleted);
        go.Open();

        Assert.Equal((1, false), await second);
        Assert.True((await first).RanNow);
    }

    [Fact]
    public async Task A_later_attempt_takes_over_at_once_and_the_first_stored_outcome_stays()
    {
        await using var queue = await TestQueue.CreateAsync();
        var (started, go) = (new Gate(), new Gate());
        var stale = Context(queue, "job", 1).OnceAsync("key", async _ =>
        {
            started.Open();
            await go.Passed;
            return 1;
        });
        await started.Passed;

        Assert.Equal((2, true), await OnceAsync(queue, "job", 2, 2));
        go.Open();
        await stale;

        Assert.Equal((2, false), await OnceAsync(queue, "job", 3, 3));
    }

    [Fact]
    public async Task A_stale_attempt_does_not_take_over_from_a_later_one()
    {
        await using var queue = await TestQueue.CreateAsync();
        var (started, go) = (new Gate(), new Gate());
        var fresh = Context(queue, "job", 2).OnceAsync("key", async _ =>
        {
            started.Open();
            await go.Passed;
            return 2;
        });
        await started.Passed;

        await Assert.ThrowsAsync<RetryJobException>(() => OnceAsync(queue, "job", 1, 1));
        go.Open();
        await fresh;
    }

    [Fact]
    public async Task A_stale_attempt_does_not_take_over_from_a_later_one_of_the_same_number()
    {
        await using var queue = await TestQueue.CreateAsync();
        var handle = await queue.EnqueueAsync();
        var stale = Assert.IsType<LeasedJob>(await queue.AsWorker().FetchOneAsync());
        var worker = queue.AsWorker();
        await worker.ReleaseAsync(stale);
        var live = Assert.IsType<LeasedJob>(await worker.FetchOneAsync());
        Assert.Equal(stale.Attempt, live.Attempt);
        var keys = new IdempotencyKeys(queue.Redis, JsonSerializerOptions.Web, TimeProvider.System);
        JobIdentity Identity(LeasedJob job) => new(queue.Queue.Name, job.Id, "probe", job.Attempt, 3, default, job.Lease);
        var (started, go) = (new Gate(), new Gate());
        var effect = keys.OnceAsync(
            Identity(live),
            "key",
            async _ =>
            {
                started.Open();
                await go.Passed;
                return "live";
            },
            CancellationToken.None);
        await started.Passed;

        await Assert.ThrowsAsync<RetryJobException>(
            () => keys.OnceAsync(Identity(stale), "key", _ => Task.FromResult("stale"), CancellationToken.None));

        go.Open();
        Assert.Equal("live", (await effect).Value);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_attempt_that_has_lost_its_job_begins_no_effect(bool jobIsGone)
    {
        await using var queue = await TestQueue.CreateAsync();
        var handle = await queue.EnqueueAsync(options: new() { KeepResultFor = TimeSpan.Zero });
        var worker = queue.AsWorker();
        var lost = Assert.IsType<LeasedJob>(await worker.FetchOneAsync());
        await worker.ReleaseAsync(lost);
        if (jobIsGone)
        {
            Assert.Equal(CancelOutcome.Cancelled, await handle.CancelAsync());
            Assert.Null(await handle.GetStateAsync());
        }
        else
        {
            await queue.AsWorker().FetchOneAsync();
        }

        var ran = false;

        await Assert.ThrowsAsync<OperationCanceledException>(() => new IdempotencyKeys(queue.Redis, JsonSerializerOptions.Web, TimeProvider.System).OnceAsync(
            new JobIdentity(queue.Queue.Name, lost.Id, "probe", lost.Attempt, 3, default, lost.Lease),
            "key",
            _ => Task.FromResult(ran = true),
            CancellationToken.None));

        Assert.False(ran);
    }

    [Fact]
    public async Task A_failed_effect_gives_the_key_back()
    {
        await using var queue = await TestQueue.CreateAsync();

        await Assert.ThrowsAsync<InvalidOperationException>(
            () => Context(queue, "one", 1).OnceAsync<int>("key", _ => throw new InvalidOperationException()));

        Assert.Equal((2, true), await OnceAsync(queue, "other", 1, 2));
    }

    [Fact]
    public async Task A_failed_effect_of_a_stale_attempt_does_not_give_away_the_key_of_a_later_one()
    {
        await using var queue = await TestQueue.CreateAsync();
        var (started, staleGo, freshGo, freshStarted) = (new Gate(), new Gate(), new Gate(), new Gate());
        var stale = Context(queue, "job", 1).OnceAsync<int>("key", async _ =>
        {
            started.Open();
            await staleGo.Passed;
            throw new InvalidOperationException();
        });
        await started.Passed;
        var fresh = Context(queue, "job", 2).OnceAsync("key", async _ =>
        {
            freshStarted.Open();
            await freshGo.Passed;
            return 2;
        });
        await freshStarted.Passed;
        staleGo.Open();
        await Assert.ThrowsAsync<InvalidOperationException>(() => stale);

        await Assert.ThrowsAsync<RetryJobException>(() => OnceAsync(queue, "other", 1, 3));
        freshGo.Open();
        await fresh;
    }

    [Fact]
    public async Task The_key_is_held_while_an_effect_blocks_its_thread()
    {
        await using var queue = await TestQueue.CreateAsync();
        var time = new FakeTimeProvider();
        var key = queue.Keys.Once("key");
        var job = Context(queue, "job", 1).Identity;
        using var go = new ManualResetEventSlim();
        var started = new Gate();
        var effect = Task.Run(() => new IdempotencyKeys(queue.Redis, JsonSerializerOptions.Web, time).OnceAsync(
            job,
            "key",
            _ =>
            {
                started.Open();
                go.Wait(CancellationToken.None);
                return Task.FromResult(1);
            },
            CancellationToken.None));
        await started.Passed;
        await queue.Database.KeyExpireAsync(key, TimeSpan.FromSeconds(10));

        time.Advance(IdempotencyKeys.Lease / 3);

        await Eventually.TrueAsync(
            async () => await queue.Database.KeyTimeToLiveAsync(key) > IdempotencyKeys.Lease / 2, "the key is held for longer");
        go.Set();
        Assert.True((await effect).RanNow);
    }

    [Fact]
    public async Task A_job_that_was_released_in_the_middle_of_its_effect_is_not_put_off_by_itself()
    {
        await using var queue = await TestQueue.CreateAsync();
        var (started, go) = (new Gate(), new Gate());
        var first = await queue.StartWorkerAsync(
            async (_, context) => (await context.OnceAsync("key", async _ =>
            {
                started.Open();
                await go.Passed;
                return "never stored in time";
            })).Value,
            options => options.ShutdownGrace = TimeSpan.Zero);
        var handle = await queue.EnqueueAsync();
        await started.Passed;
        await queue.StopAsync(first);

        await queue.StartWorkerAsync(
            async (_, context) => (await context.OnceAsync("key", _ => Task.FromResult($"attempt {context.Attempt}"))).Value);

        Assert.Equal("attempt 1", await handle.WaitForResultAsync<string>(TimeSpan.FromSeconds(20)));
        go.Open();
    }

    private static JobContext Context(TestQueue queue, string job, int attempt) => JobContext.ForTest(queue.Redis, queue.Queue.Name, job, attempt);

    private static async Task<(int Value, bool RanNow)> OnceAsync(TestQueue queue, string job, int attempt, int value)
    {
        var outcome = await Context(queue, job, attempt).OnceAsync("key", _ => Task.FromResult(value));
        return (outcome.Value, outcome.RanNow);
    }
}
