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
    public async Task A_lost_job_that_is_put_off_comes_back_before_those_that_wait_though_another_put_off_does_not()
    {
        await using var queue = await TestQueue.CreateAsync();
        var worker = queue.AsWorker();
        var (lost, other) = (await queue.EnqueueAsync(), await queue.EnqueueAsync());
        await worker.FetchOneAsync();
        var again = await worker.RescueAndFetchAsync(lost.Id);
        var putOff = (await worker.FetchOneAsync())!;
        var waiting = await queue.EnqueueAsync();
        await queue.EnqueueAsync();

        await worker.PostponeAsync(again);
        await worker.PostponeAsync(putOff);
        await worker.MakeDueAsync(lost.Id);
        await worker.MakeDueAsync(other.Id);
        Assert.Equal(2, await worker.StageAsync());

        Assert.Equal([lost.Id, waiting.Id], (await Fetch.RunAsync(worker, 2)).Jobs.Select(job => job.Id));
    }

    [Fact]
    public async Task A_suspect_is_not_waited_for_longer_than_its_silence_though_Redis_was_away()
    {
        await using var queue = await TestQueue.CreateAsync();
        var (dead, other, living) = (queue.AsWorker(), queue.AsWorker(), queue.AsWorker());
        var handle = await queue.EnqueueAsync();
        await dead.FetchOneAsync();
        await Heartbeat.RunAsync(dead);
        await Heartbeat.RunAsync(other);
        await BackdateAsync(dead);
        await BackdateAsync(other);
        await Heartbeat.RunAsync(living);

        var blind = await living.RescueAsync(silence: TimeSpan.FromSeconds(14));
        Assert.Empty(blind.DeadWorkers);
        Assert.Equal(new[] { dead.Worker.Name, other.Worker.Name }.Order(), blind.AbsentWorkers.Order());
        var report = await living.RescueAsync(TimeSpan.FromSeconds(14), dead.Worker.Name);

        Assert.Equal([handle.Id], report.Rescued);
        Assert.Equal([dead.Worker.Name], report.DeadWorkers);

        Task BackdateAsync(WorkerQueue worker) =>
            queue.Database.SortedSetDecrementAsync(queue.Keys.Workers, worker.Worker.Name, 4_000);
    }

    [Fact]
    public async Task A_worker_that_could_show_no_heartbeat_itself_believes_in_nobodys_silence()
    {
        await using var queue = await TestQueue.CreateAsync();
        var (silent, blind) = (queue.AsWorker(), queue.AsWorker());
        await queue.EnqueueAsync();
        await silent.FetchOneAsync();
        await Heartbeat.RunAsync(silent);
        await Heartbeat.RunAsync(blind);
        await queue.Database.SortedSetDecrementAsync(queue.Keys.Workers, silent.Worker.Name, 4_000);
        await queue.Database.SortedSetDecrementAsync(queue.Keys.Workers, blind.Worker.Name, 4_000);

        Assert.Empty((await blind.RescueAsync()).DeadWorkers);
        await Heartbeat.RunAsync(blind);
        Assert.Equal([silent.Worker.Name], (await blind.RescueAsync()).DeadWorkers);
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

    [Theory]
    [InlineData(Doorbell.List)]
    [InlineData(Doorbell.Stream)]
    public async Task A_doorbell_that_a_producer_made_of_the_other_kind_is_made_anew(Doorbell doorbell)
    {
        await using var queue = await TestQueue.CreateAsync(doorbell);
        var worker = queue.AsWorker();
        var other = doorbell == Doorbell.List ? JobQueue.Stream(queue.Queue.Name) : JobQueue.List(queue.Queue.Name);
        await queue.Enqueuer.EnqueueManyAsync(
            Enumerable.Range(0, 5).Select(n => NewJob.Of(new Probe($"{n}"), new() { Queue = other })));
        var (right, wrong) = doorbell == Doorbell.List ? (RedisType.List, RedisType.Stream) : (RedisType.Stream, RedisType.List);
        Assert.Equal(wrong, await queue.Database.KeyTypeAsync(queue.Keys.Trigger));

        Assert.True((await worker.RescueAsync()).WasOtherKind);
        for (var look = 0; look < 4; look++)
        {
            Assert.False((await worker.RescueAsync()).WasOtherKind);
        }

        Assert.Equal(right, await queue.Database.KeyTypeAsync(queue.Keys.Trigger));
        Assert.Equal(5, await queue.DoorbellLengthAsync());
        await Fetch.RunAsync(worker, 5);
        Assert.Equal(0, await queue.DoorbellLengthAsync());
    }

    [Theory]
    [InlineData(Doorbell.List)]
    [InlineData(Doorbell.Stream)]
    public async Task A_doorbell_of_the_other_kind_does_not_stay_when_no_job_waits(Doorbell doorbell)
    {
        await using var queue = await TestQueue.CreateAsync(doorbell);
        var other = doorbell == Doorbell.List ? JobQueue.Stream(queue.Queue.Name) : JobQueue.List(queue.Queue.Name);
        await queue.Enqueuer.EnqueueAsync(new Probe("a"), new() { Queue = other });
        await queue.Database.KeyDeleteAsync(queue.Keys.Available);

        Assert.True((await Prune.RunAsync(queue.AsWorker())).WasOtherKind);

        Assert.False(await queue.Database.KeyExistsAsync(queue.Keys.Trigger));
        Assert.False((await Prune.RunAsync(queue.AsWorker())).WasOtherKind);
    }

    [Fact]
    public async Task A_stream_that_some_trigger_reads_stays_where_a_worker_takes_the_queue_for_a_list()
    {
        await using var queue = await TestQueue.CreateAsync();
        await queue.Enqueuer.EnqueueAsync(new Probe("a"), new() { Queue = JobQueue.Stream(queue.Queue.Name) });
        await queue.Database.StreamCreateConsumerGroupAsync(queue.Keys.Trigger, "group", "0");

        Assert.False((await queue.AsWorker().RescueAsync()).WasOtherKind);
        await Prune.RunAsync(queue.AsWorker());

        Assert.Single(await queue.Database.StreamGroupInfoAsync(queue.Keys.Trigger));
    }

    [Fact]
    public async Task A_worker_that_was_lost_before_the_clock_of_Redis_was_set_back_is_found_gone()
    {
        await using var queue = await TestQueue.CreateAsync();
        var (lost, rescuer) = (queue.AsWorker(), queue.AsWorker());
        await Heartbeat.RunAsync(rescuer);
        var handle = await queue.EnqueueAsync();
        Assert.NotNull(await lost.FetchOneAsync());
        var ahead = (await queue.NowAsync()).AddMinutes(1).ToUnixTimeMilliseconds();
        await queue.Database.SortedSetAddAsync(queue.Keys.Workers, lost.Worker.Name, ahead);
        await queue.Database.SortedSetAddAsync(queue.Keys.Executing, handle.Id, ahead);

        Assert.Equal([handle.Id], (await rescuer.RescueAsync()).Rescued);
    }
}
