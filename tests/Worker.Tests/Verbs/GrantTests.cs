using System.Collections.Concurrent;
using FunctionJobs.Worker;
using StackExchange.Redis;

namespace FunctionJobs.Tests;

/// <summary>What an enqueue makes of the offers of workers that wait.</summary>
public sealed class GrantTests
{
    [Fact]
    public async Task A_job_that_has_others_before_it_or_beside_it_is_not_handed_over()
    {
        await using var queue = await TestQueue.CreateAsync();
        var worker = queue.AsWorker();
        await using var listening = await queue.ListenAsync(worker);
        await queue.OfferAsync(worker);

        await queue.EnqueueManyAsync(["one", "two"]);
        await queue.EnqueueAsync("three");

        Assert.Equal(3, await queue.Database.SortedSetLengthAsync(queue.Keys.Available));
        Assert.Equal(3, await queue.DoorbellLengthAsync());
        Assert.Equal(1, await queue.Database.SortedSetLengthAsync(queue.Keys.Offers));
    }

    [Fact]
    public async Task A_job_with_an_expiry_is_left_to_a_fetch_which_looks_at_it()
    {
        await using var queue = await TestQueue.CreateAsync();
        var worker = queue.AsWorker();
        await using var listening = await queue.ListenAsync(worker);
        await queue.OfferAsync(worker);

        var handle = await queue.EnqueueAsync(options: new() { ExpiresIn = TimeSpan.FromMinutes(1) });

        Assert.Equal(JobState.Available, await handle.GetStateAsync());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(7)]
    public async Task What_an_offer_leads_to_is_the_job_as_a_fetch_would_have_brought_it(int priority)
    {
        await using var queue = await TestQueue.CreateAsync();
        var (worker, fetching) = (queue.AsWorker(), queue.AsWorker());
        var messages = new ConcurrentQueue<RedisValue>();
        await using var listening = await queue.ListenAsync(worker, messages.Enqueue);
        var offer = await queue.OfferAsync(worker);

        var handle = await queue.EnqueueAsync("word", new() { JobId = "id", Priority = priority, MaxAttempts = 4 });
        await Eventually.EqualAsync(1, () => Task.FromResult(messages.Count), "the messages");

        var (job, heldSince) = Offer.ReadGranted(worker, messages.First())!.Value;
        Assert.Equal(offer.Text, $"{job.Lease} {(long)worker.LeaseMs} PUBLISH {worker.Channel} {heldSince}");
        Assert.True(await worker.ReleaseAsync(job));
        Assert.Equal((JobState.Available, 0), ((await queue.InfoAsync(handle.Id)).State, (await queue.InfoAsync(handle.Id)).Attempt));
        var fetched = (await fetching.FetchOneAsync())!;
        Assert.Equal((fetched.Id, fetched.Place, fetched.Attempt, fetched.Losses), (job.Id, job.Place, job.Attempt, job.Losses));
        Assert.Equal(fetched.Record.ToArray(), job.Record.ToArray());
        Assert.InRange(job.LeasedAt, fetched.LeasedAt - 60_000, fetched.LeasedAt);
        Assert.Null(Offer.ReadGranted(fetching, messages.First()));
    }

    [Fact]
    public async Task The_offers_of_workers_that_are_gone_or_wait_no_longer_are_passed_over()
    {
        await using var queue = await TestQueue.CreateAsync();
        var (present, gone, bored) = (queue.AsWorker(), queue.AsWorker(), queue.AsWorker());
        await using var listening = await queue.ListenAsync(present);
        await using (await queue.ListenAsync(gone))
        {
            await queue.OfferAsync(present, TimeSpan.FromMinutes(1));
            await queue.OfferAsync(gone, TimeSpan.FromMinutes(2));
        }

        var handed = await queue.EnqueueAsync("first");
        Assert.StartsWith(present.Worker.Name, await queue.Database.HashGetAsync(queue.Keys.Job(handed.Id), "lease"), StringComparison.Ordinal);

        await using var alsoListening = await queue.ListenAsync(bored);
        await queue.OfferAsync(bored, TimeSpan.Zero);
        await queue.WaitUntilAsync(await queue.NowAsync());
        var left = await queue.EnqueueAsync("second");
        Assert.Equal(JobState.Available, await left.GetStateAsync());
        Assert.Equal(1, await queue.DoorbellLengthAsync());
        Assert.False(await queue.Database.KeyExistsAsync(queue.Keys.Offers));
    }

    [Fact]
    public async Task A_worker_that_nobody_would_reach_on_its_channel_makes_no_offer()
    {
        await using var queue = await TestQueue.CreateAsync();
        var worker = queue.AsWorker();

        await queue.OfferAsync(worker);

        Assert.False(await queue.Database.KeyExistsAsync(queue.Keys.Offers));
    }

    [Theory]
    [InlineData("not an offer")]
    [InlineData("token 14000 DEL jobs 1")]
    public async Task An_offer_that_cannot_be_read_is_dropped(string text)
    {
        await using var queue = await TestQueue.CreateAsync();
        await queue.Database.SortedSetAddAsync(queue.Keys.Offers, text, long.MaxValue);

        var handle = await queue.EnqueueAsync();

        Assert.Equal(JobState.Available, await handle.GetStateAsync());
        Assert.Equal(1, await queue.DoorbellLengthAsync());
        Assert.False(await queue.Database.KeyExistsAsync(queue.Keys.Offers));
    }
}
