using FunctionJobs.LocalServices;
using Microsoft.Extensions.DependencyInjection;
using StackExchange.Redis;

namespace FunctionJobs.Tests;

public sealed class EndedJobsTests
{
    [Fact]
    public async Task Waits_whose_subscription_is_refused_leave_no_handlers_behind()
    {
        await using var server = await LocalRedis.StartAsync();
        await using var test = await TestEnqueuer.CreateAsync(server.ConnectionString);
        var handle = await test.EnqueueAsync();
        await test.Database.ExecuteAsync("ACL", ["SETUSER", "app", "on", ">secret", "+@all", "~*", "resetchannels"]);
        await using var redis = await ConnectionMultiplexer.ConnectAsync($"{server.ConnectionString},user=app,password=secret");
        var handlers = 0;
        var watched = Spy.On<IConnectionMultiplexer>(redis, (method, _, answer) => method.Name != nameof(redis.GetSubscriber)
            ? answer
            : Spy.On((ISubscriber)answer!, (called, _, task) =>
            {
                handlers += called.Name == nameof(ISubscriber.SubscribeAsync) ? 1 : called.Name == nameof(ISubscriber.UnsubscribeAsync) ? -1 : 0;
                return task;
            }));
        await using var services = new ServiceCollection().AddSingleton(watched).AddJobEnqueuer().BuildServiceProvider();
        var job = services.GetRequiredService<IJobEnqueuer>().GetJob(test.Queue.Name, handle.Id);

        for (var wait = 0; wait < 5; wait++)
        {
            var error = await Assert.ThrowsAsync<JobQueueUnavailableException>(() => job.WaitForResultAsync<int>(TimeSpan.FromSeconds(10)));
            Assert.Contains("NOPERM", error.Message, StringComparison.Ordinal);
        }

        Assert.Equal(0, handlers);
        await test.Database.ExecuteAsync("ACL", "SETUSER", "app", "allchannels");
        var waiting = job.WaitForResultAsync<int>(TimeSpan.FromSeconds(10));
        await test.EndAsync(handle.Id, "completed", "42");
        Assert.Equal(42, await waiting);
        Assert.Equal(1, handlers);
    }

    [Fact]
    public async Task Waits_that_begin_together_share_a_subscription()
    {
        const int Waits = 8;
        await using var test = await TestEnqueuer.CreateAsync();
        var handle = await test.EnqueueAsync();
        await using var redis = await ConnectionMultiplexer.ConnectAsync(Servers.Redis);
        var subscribed = 0;
        var watched = Spy.On<IConnectionMultiplexer>(redis, (method, _, answer) => method.Name != nameof(redis.GetSubscriber)
            ? answer
            : Spy.On((ISubscriber)answer!, (called, _, task) =>
            {
                if (called.Name == nameof(ISubscriber.SubscribeAsync))
                {
                    Interlocked.Increment(ref subscribed);
                }

                return task;
            }));
        await using var services = new ServiceCollection().AddSingleton(watched).AddJobEnqueuer().BuildServiceProvider();
        var job = services.GetRequiredService<IJobEnqueuer>().GetJob(test.Queue.Name, handle.Id);
        using var together = new Barrier(Waits);

        var waiting = Enumerable.Range(0, Waits).Select(_ => Task.Factory.StartNew(
            () =>
            {
                together.SignalAndWait();
                return job.WaitForResultAsync<int>(TimeSpan.FromSeconds(20));
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default).Unwrap()).ToList();
        await Eventually.TrueAsync(() => Volatile.Read(ref subscribed) > 0, "they have subscribed");
        await test.EndAsync(handle.Id, "completed", "42");

        Assert.All(await Task.WhenAll(waiting), result => Assert.Equal(42, result));
        Assert.Equal(1, subscribed);
    }
}
