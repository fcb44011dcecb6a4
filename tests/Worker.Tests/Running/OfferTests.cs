using System.Collections.Concurrent;
using FunctionJobs.LocalServices;

namespace FunctionJobs.Tests;

/// <summary>A worker that waits offers to take a job; who enqueues one leases it to that worker and sends it there.</summary>
public sealed class OfferTests
{
    [Theory]
    [InlineData(Doorbell.List)]
    [InlineData(Doorbell.Stream)]
    public async Task A_job_is_with_the_worker_that_waits_when_its_enqueue_returns_and_the_doorbell_is_not_rung(Doorbell doorbell)
    {
        await using var queue = await TestQueue.CreateAsync(doorbell);
        var go = new Gate();
        await queue.StartWorkerAsync(async (job, context) =>
        {
            await go.Passed;
            return $"{job.Word} {context.Attempt}";
        });
        await queue.WaitForOffersAsync(1);

        var handle = await queue.EnqueueAsync("handed");

        Assert.Equal(JobState.Executing, await handle.GetStateAsync());
        Assert.Equal((0, 0), (await queue.DoorbellLengthAsync(), await queue.Database.SortedSetLengthAsync(queue.Keys.Available)));
        Assert.Equal(1, await queue.Database.SortedSetLengthAsync(queue.Keys.Executing));
        go.Open();
        Assert.Equal("handed 1", await handle.WaitForResultAsync<string>(TimeSpan.FromSeconds(20)));
        Assert.Equal(0, await queue.Database.SortedSetLengthAsync(queue.Keys.Executing));
        Assert.Equal("1", await queue.Database.HashGetAsync(queue.Keys.Stats, "completed"));
    }

    [Fact]
    public async Task While_its_handlers_are_under_way_a_worker_offers_again_as_long_as_it_has_a_free_slot()
    {
        await using var queue = await TestQueue.CreateAsync();
        var go = new Gate();
        await queue.StartWorkerAsync(
            async (_, _) =>
            {
                await go.Passed;
                return null;
            },
            options => options.Concurrency = 2);

        foreach (var word in new[] { "first", "second" })
        {
            await queue.WaitForOffersAsync(1);
            Assert.Equal(JobState.Executing, await (await queue.EnqueueAsync(word)).GetStateAsync());
        }

        var third = await queue.EnqueueAsync("third");
        Assert.Equal(JobState.Available, await third.GetStateAsync());
        Assert.Equal(0, await queue.Database.SortedSetLengthAsync(queue.Keys.Offers));
        go.Open();
        await third.WaitForResultAsync<string>(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task Each_job_of_many_that_come_one_by_one_runs_once_on_one_of_the_workers()
    {
        await using var queue = await TestQueue.CreateAsync();
        var ran = new ConcurrentDictionary<string, int>();
        for (var n = 0; n < 3; n++)
        {
            await queue.StartWorkerAsync((job, _) =>
            {
                ran.AddOrUpdate(job.Word, 1, (_, times) => times + 1);
                return Task.FromResult<string?>(null);
            });
        }

        await Parallel.ForAsync(0, 600, new ParallelOptions { MaxDegreeOfParallelism = 3 }, async (n, _) => await queue.EnqueueAsync($"{n}"));

        await Eventually.EqualAsync(600, () => Task.FromResult(ran.Count), "the jobs that ran");
        await Eventually.EqualAsync(
            "600", async () => (await queue.Database.HashGetAsync(queue.Keys.Stats, "completed")).ToString(), "the completed jobs");
        Assert.All(ran, run => Assert.Equal(1, run.Value));
    }

    [Fact]
    public async Task A_worker_offers_only_while_it_holds_an_invocation_and_withdraws_when_it_lingers_no_more()
    {
        await using var queue = await TestQueue.CreateAsync();
        var worker = await queue.StartHostAsync((_, _) => Task.FromResult<string?>(null), options => options.Linger = TimeSpan.FromSeconds(2));
        worker.PumpOf(queue).Drive();
        await Eventually.TrueAsync(() => !worker.PumpOf(queue).IsDriving, "the loop that nobody needs ends");
        Assert.False(await queue.Database.KeyExistsAsync(queue.Keys.Offers));

        var invocation = worker.InvokeAsync(queue, "nobody");
        await queue.WaitForOffersAsync(1);
        await invocation.WaitAsync(TimeSpan.FromSeconds(20));

        await Eventually.TrueAsync(() => !worker.PumpOf(queue).IsDriving, "the loop ends");
        Assert.False(await queue.Database.KeyExistsAsync(queue.Keys.Offers));
    }

    [Fact]
    public async Task A_job_that_comes_when_a_worker_has_lingered_for_longer_than_a_lease_starts_at_once()
    {
        await using var queue = await TestQueue.CreateAsync();
        var worker = await queue.StartHostAsync((_, context) => Task.FromResult<string?>($"attempt {context.Attempt}"), options =>
        {
            options.Linger = TimeSpan.FromSeconds(20);
            options.Lease = TimeSpan.FromSeconds(2);
            options.RenewEvery = TimeSpan.FromSeconds(1);
        });
        var invocation = worker.InvokeAsync(queue, "nobody");
        await queue.WaitForOffersAsync(1);
        await Task.Delay(TimeSpan.FromSeconds(3));

        var handle = await queue.EnqueueAsync(options: new() { MaxAttempts = 1 });

        Assert.Equal("attempt 1", await handle.WaitForResultAsync<string>(TimeSpan.FromSeconds(20)));
        var info = await queue.InfoAsync(handle.Id);
        Assert.True(info.StartedAt - info.EnqueuedAt < TimeSpan.FromMilliseconds(500), $"It waited {info.StartedAt - info.EnqueuedAt}.");
        Assert.False(invocation.IsFaulted);
    }

    [Fact]
    public async Task An_offer_leaves_enough_of_the_lease_for_its_first_renewal()
    {
        await using var queue = await TestQueue.CreateAsync();
        await queue.StartWorkerAsync((_, _) => Task.FromResult<string?>(null), options =>
        {
            options.Lease = TimeSpan.FromSeconds(2);
            options.RenewEvery = TimeSpan.FromSeconds(1);
        });
        await queue.WaitForOffersAsync(1);

        var offer = Assert.Single(await queue.Database.SortedSetRangeByRankWithScoresAsync(queue.Keys.Offers));

        // The renewal comes up to 1 s after the lease of 2 s.
        Assert.InRange(DateTimeOffset.FromUnixTimeMilliseconds((long)offer.Score) - await queue.NowAsync(), TimeSpan.MinValue, TimeSpan.FromSeconds(0.5));
    }

    [Fact]
    public async Task A_worker_that_stops_gives_back_what_it_is_handed_with_no_attempt_used_up()
    {
        await using var queue = await TestQueue.CreateAsync();
        var stopping = await queue.StartWorkerAsync((_, _) => Task.FromResult<string?>("the stopping one"));
        var pump = stopping.PumpOf(queue);
        await pump.StopAsync(TimeSpan.FromSeconds(1));
        Assert.False(await queue.Database.KeyExistsAsync(queue.Keys.Offers));
        pump.Queue.Unanswered.Expect((await queue.OfferAsync(pump.Queue)).Token);

        var handle = await queue.EnqueueAsync();
        await Eventually.EqualAsync<JobState?>(JobState.Available, () => handle.GetStateAsync(), "the state");
        await queue.StartWorkerAsync((_, context) => Task.FromResult<string?>($"attempt {context.Attempt}"));

        Assert.Equal("attempt 1", await handle.WaitForResultAsync<string>(TimeSpan.FromSeconds(20)));
        Assert.Empty((await queue.InfoAsync(handle.Id)).Errors);
    }

    [Fact]
    public async Task Where_the_key_of_the_offers_is_something_else_everything_goes_on_without_them()
    {
        await using var queue = await TestQueue.CreateAsync();
        await queue.Database.StringSetAsync(queue.Keys.Offers, "something else");
        await queue.StartWorkerAsync((job, _) => Task.FromResult<string?>(job.Word));

        foreach (var word in new[] { "a", "b" })
        {
            Assert.Equal(word, await (await queue.EnqueueAsync(word)).WaitForResultAsync<string>(TimeSpan.FromSeconds(20)));
        }
    }

    [Fact]
    public async Task A_full_Redis_refuses_the_job_and_hands_nothing_over()
    {
        await using var server = await LocalRedis.StartAsync(new() { Arguments = ["--maxmemory", "10mb"] });
        await using var queue = await TestQueue.CreateAsync(redis: $"{server.ConnectionString},allowAdmin=true");
        var runs = 0;
        await queue.StartWorkerAsync((_, _) =>
        {
            Interlocked.Increment(ref runs);
            return Task.FromResult<string?>(null);
        });
        await queue.WaitForOffersAsync(1);
        await queue.Database.ExecuteAsync("CONFIG", "SET", "maxmemory", "1mb");

        await Assert.ThrowsAsync<JobQueueUnavailableException>(() => queue.EnqueueAsync());

        await queue.Database.ExecuteAsync("CONFIG", "SET", "maxmemory", "100mb");
        await (await queue.EnqueueAsync()).WaitForResultAsync<string>(TimeSpan.FromSeconds(20));
        Assert.Equal(1, runs);
    }
}
