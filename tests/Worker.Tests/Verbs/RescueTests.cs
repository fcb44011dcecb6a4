using FunctionJobs.Worker;
using StackExchange.Redis;

namespace FunctionJobs.Tests;

public sealed class RescueTests
{
    [Fact]
    public async Task The_jobs_of_a_worker_without_connection_and_heartbeat_are_available_again()
    {
        await using var queue = await TestQueue.CreateAsync();
        var (dead, living) = (queue.AsWorker(), queue.AsWorker());
        var handle = await queue.EnqueueAsync();
        await dead.FetchOneAsync();
        await Heartbeat.RunAsync(dead);

        Assert.Empty((await living.RescueAsync()).Rescued);
        var report = await living.RescueAsync(silence: TimeSpan.Zero);

        Assert.Equal([handle.Id], report.Rescued);
        Assert.Equal([dead.Worker.Name], report.DeadWorkers);
        var info = await queue.InfoAsync(handle.Id);
        Assert.Equal((JobState.Available, "WorkerLost"), (info.State, Assert.Single(info.Errors).Kind));
    }

    [Fact]
    public async Task A_silent_worker_that_is_connected_keeps_its_jobs_until_the_lease_ends()
    {
        await using var queue = await TestQueue.CreateAsync();
        var (frozen, living) = (queue.AsWorker(), queue.AsWorker());
        await queue.EnqueueAsync();
        var job = (await frozen.FetchOneAsync())!;
        await Heartbeat.RunAsync(frozen);
        await queue.Redis.GetSubscriber().SubscribeAsync(
            RedisChannel.Literal(queue.Keys.WorkerPrefix + frozen.Worker.Name), (_, _) => { });

        Assert.Empty((await living.RescueAsync(silence: TimeSpan.Zero)).Rescued);
        Assert.True(await frozen.CompleteAsync(job));
    }

    [Fact]
    public async Task All_jobs_of_a_dead_worker_are_rescued_however_many()
    {
        await using var queue = await TestQueue.CreateAsync();
        var (dead, living) = (queue.AsWorker(), queue.AsWorker());
        var handles = await queue.EnqueueManyAsync(Enumerable.Range(0, 9000).Select(n => $"{n}"));
        for (var n = 0; n < 9; n++)
        {
            await Fetch.RunAsync(dead, 1000);
        }

        await Heartbeat.RunAsync(dead);
        await living.RescueAsync(silence: TimeSpan.Zero);

        Assert.Equal(0, await queue.Database.SortedSetLengthAsync(queue.Keys.Executing));
        Assert.Equal(handles.Count, await queue.Database.SortedSetLengthAsync(queue.Keys.Available));
        Assert.Equal(handles.Count, await queue.DoorbellLengthAsync());
    }

    [Theory]
    [InlineData(Doorbell.List)]
    [InlineData(Doorbell.Stream)]
    public async Task A_silent_doorbell_is_rung_again_for_as_many_jobs_as_wait(Doorbell doorbell)
    {
        await using var queue = await TestQueue.CreateAsync(doorbell);
        var worker = queue.AsWorker();
        await queue.EnqueueManyAsync(["a", "b", "c"]);
        await queue.Database.KeyDeleteAsync(queue.Keys.Trigger);

        await worker.RescueAsync();
        Assert.Equal(3, await queue.DoorbellLengthAsync());
        await worker.RescueAsync();

        Assert.Equal(3, await queue.DoorbellLengthAsync());
    }
}
