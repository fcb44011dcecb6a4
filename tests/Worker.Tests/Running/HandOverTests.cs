using System.Collections.Concurrent;
using FunctionJobs.Worker;
using Microsoft.Extensions.DependencyInjection;
using StackExchange.Redis;

namespace FunctionJobs.Tests;

/// <summary>A job that is handed over comes by a message, which may come late, twice, or not at all.</summary>
public sealed class HandOverTests
{
    [Fact]
    public async Task A_job_whose_message_comes_when_its_lease_may_be_over_is_not_started_but_given_back()
    {
        await using var queue = await TestQueue.CreateAsync();
        var runs = new ConcurrentQueue<string>();
        var worker = await queue.StartWorkerAsync((_, context) =>
        {
            runs.Enqueue($"attempt {context.Attempt}");
            return Task.FromResult<string?>("done");
        });
        await queue.WaitForOffersAsync(1);
        var pump = worker.PumpOf(queue);
        var longAgo = TimeProvider.System.GetTimestamp() - (TimeProvider.System.TimestampFrequency * 3600);
        await queue.Database.KeyDeleteAsync(queue.Keys.Offers);
        var offer = Offer.Make(pump.Queue, longAgo, TimeSpan.FromMinutes(1));
        pump.Queue.Unanswered.Expect(offer.Token);
        await Fetch.RunAsync(pump.Queue, 1, 0, null, offer);

        var handle = await queue.EnqueueAsync();

        Assert.Equal(offer.Text.Split(' ')[0], await queue.Database.HashGetAsync(queue.Keys.Job(handle.Id), "lease"));
        Assert.Equal("done", await handle.WaitForResultAsync<string>(TimeSpan.FromSeconds(20)));
        Assert.Equal(["attempt 1"], runs);
        Assert.NotEqual<RedisValue>(offer.Text.Split(' ')[0], await queue.Database.HashGetAsync(queue.Keys.Job(handle.Id), "lease"));
    }

    [Fact]
    public async Task When_the_message_is_lost_the_job_runs_when_its_lease_has_ended()
    {
        await using var queue = await TestQueue.CreateAsync();
        var lost = queue.AsWorker(options => options.Lease = TimeSpan.FromSeconds(1));
        await using (await queue.ListenAsync(lost))
        {
            await queue.OfferAsync(lost);
            var handle = await queue.EnqueueAsync();
            Assert.Equal(JobState.Executing, await handle.GetStateAsync());

            await queue.StartWorkerAsync((_, context) => Task.FromResult<string?>($"attempt {context.Attempt}"));

            Assert.Equal("attempt 2", await handle.WaitForResultAsync<string>(TimeSpan.FromSeconds(20)));
        }
    }

    [Fact]
    public async Task A_job_whose_message_is_lost_while_its_worker_lives_is_given_back_with_no_attempt_used_up()
    {
        await using var queue = await TestQueue.CreateAsync();
        var worker = await queue.StartWorkerAsync((_, context) => Task.FromResult<string?>($"attempt {context.Attempt}"));
        var pump = worker.PumpOf(queue);
        // As a connection on which nothing comes any more, and of which Redis does not know yet.
        await using var deaf = await queue.ListenAsync(pump.Queue);
        await worker.Services.GetRequiredService<IConnectionMultiplexer>().GetSubscriber().UnsubscribeAsync(RedisChannel.Literal(pump.Queue.Channel));
        await queue.WaitForOffersAsync(1);

        var handle = await queue.EnqueueAsync(options: new() { MaxAttempts = 1 });

        Assert.Equal(JobState.Executing, await handle.GetStateAsync());
        Assert.Equal("attempt 1", await handle.WaitForResultAsync<string>(TimeSpan.FromSeconds(20)));
        Assert.Empty((await queue.InfoAsync(handle.Id)).Errors);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_job_whose_message_comes_twice_runs_once(bool whileItRuns)
    {
        await using var queue = await TestQueue.CreateAsync();
        var (runs, go) = (0, new Gate());
        var worker = await queue.StartWorkerAsync(async (_, context) =>
        {
            Interlocked.Increment(ref runs);
            await go.Passed.WaitAsync(context.CancellationToken);
            return "done";
        });
        var channel = RedisChannel.Literal(worker.PumpOf(queue).Queue.Channel);
        var messages = new ConcurrentQueue<RedisValue>();
        await using var listening = await queue.ListenAsync(worker.PumpOf(queue).Queue, messages.Enqueue);
        await queue.WaitForOffersAsync(1);
        var handle = await queue.EnqueueAsync();
        await Eventually.EqualAsync((1, 1), () => Task.FromResult((messages.Count, runs)), "the messages and runs");
        if (!whileItRuns)
        {
            go.Open();
            await handle.WaitForResultAsync<string>(TimeSpan.FromSeconds(20));
        }

        await queue.Redis.GetSubscriber().PublishAsync(channel, messages.First());
        await Task.Delay(500);
        go.Open();

        Assert.Equal("done", await handle.WaitForResultAsync<string>(TimeSpan.FromSeconds(20)));
        Assert.Equal((1, 2), (runs, messages.Count));
    }

    [Fact]
    public async Task What_a_worker_would_hear_at_a_replica_of_a_cluster_is_not_sent_and_nobody_runs_it_without_its_lease()
    {
        await using var cluster = await LocalCluster.StartAsync();
        await using var queue = await TestQueue.CreateAsync(redis: cluster.ConnectionString);
        await cluster.FailOverAsync(cluster.NodeOf(queue.Redis, queue.Keys.Available));
        await using var redis = await ConnectionMultiplexer.ConnectAsync(cluster.ConnectionString);
        var worker = queue.AsWorker();
        var channel = RedisChannel.Sharded(worker.Channel);
        var heard = new ConcurrentQueue<string>();
        await redis.GetSubscriber().SubscribeAsync(channel, (_, message) => heard.Enqueue(message.ToString()), CommandFlags.DemandReplica);
        var offer = Offer.Make(worker, TimeProvider.System.GetTimestamp(), TimeSpan.FromMinutes(1));
        Assert.Contains(" SPUBLISH ", offer.Text, StringComparison.Ordinal);
        await redis.GetDatabase().SortedSetAddAsync(queue.Keys.Offers, offer.Text, (await queue.NowAsync()).AddMinutes(1).ToUnixTimeMilliseconds());

        var handle = await queue.EnqueueAsync();

        Assert.Equal(JobState.Available, await handle.GetStateAsync());
        // Behind whatever the enqueue has published.
        await queue.Redis.GetSubscriber().PublishAsync(channel, "after");
        await Eventually.TrueAsync(() => !heard.IsEmpty, "the replica's listener hears");
        Assert.Equal(["after"], heard);
    }

    [Theory]
    [InlineData("")]
    [InlineData("hello")]
    [InlineData("1 somebody/1 5 5 id {}")]
    [InlineData("x {worker}/1 5 5 id {}")]
    [InlineData("1 {worker}/1 x 5 id {}")]
    [InlineData("1 {worker}/1 5 5")]
    public async Task Whatever_else_comes_on_a_workers_channel_is_left_alone(string message)
    {
        await using var queue = await TestQueue.CreateAsync();
        var worker = await queue.StartWorkerAsync((job, _) => Task.FromResult<string?>(job.Word));
        var view = worker.PumpOf(queue).Queue;

        await queue.Redis.GetSubscriber().PublishAsync(
            RedisChannel.Literal(view.Channel), message.Replace("{worker}", view.Worker.Name, StringComparison.Ordinal));

        Assert.Equal("after", await (await queue.EnqueueAsync("after")).WaitForResultAsync<string>(TimeSpan.FromSeconds(20)));
        await Eventually.EqualAsync(0, () => Task.FromResult(worker.PumpOf(queue).Attempts.Count), "the attempts whose end is not written");
    }

    [Fact]
    public async Task Of_offers_that_have_led_to_a_job_or_were_taken_back_nothing_is_kept_in_mind()
    {
        await using var queue = await TestQueue.CreateAsync();
        var worker = await queue.StartWorkerAsync((_, _) => Task.FromResult<string?>(null));
        var unanswered = worker.PumpOf(queue).Queue.Unanswered;
        for (var n = 0; n < 20; n++)
        {
            await queue.WaitForOffersAsync(1);
            var handle = await queue.EnqueueAsync();
            Assert.NotEqual(JobState.Available, await handle.GetStateAsync());
            await handle.WaitForResultAsync<string>(TimeSpan.FromSeconds(20));
        }

        await queue.WaitForOffersAsync(1);
        await worker.PumpOf(queue).StopAsync(TimeSpan.FromSeconds(1));

        Assert.Equal(0, unanswered.Count);
    }
}
