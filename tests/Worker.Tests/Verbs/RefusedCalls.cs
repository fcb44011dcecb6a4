using FunctionJobs.Worker;
using Microsoft.Extensions.Logging.Abstractions;
using StackExchange.Redis;

namespace FunctionJobs.Tests;

/// <summary>The calls of which Redis refuses a step in <see cref="RefusedStepsTests"/>.</summary>
internal static class RefusedCalls
{
    private static readonly AttemptError Failure = new("Failure", "It failed.");

    /// <summary>Prepares jobs.</summary>
    /// <param name="queue">The queue.</param>
    /// <param name="worker">The worker that calls.</param>
    /// <param name="listener">A connection that goes on listening whatever Redis refuses.</param>
    /// <returns>The call that Redis is to refuse a part of.</returns>
    public delegate Task<Func<Task>> PrepareAsync(TestQueue queue, WorkerQueue worker, ISubscriber listener);

    public static Dictionary<string, PrepareAsync> All { get; } = new()
    {
        ["enqueue"] = (queue, _, _) => Task.FromResult(() => (Task)queue.Enqueuer.EnqueueManyAsync(
            new[] { TimeSpan.Zero, TimeSpan.FromHours(1) }.Select(delay => NewJob.Of(new Probe("word"), new() { Queue = queue.Queue, Delay = delay })))),
        ["enqueue of one job"] = (queue, _, _) => Task.FromResult(() => (Task)queue.EnqueueAsync()),
        ["enqueue of one job for which a worker waits"] = async (queue, worker, listener) =>
        {
            await listener.SubscribeAsync(RedisChannel.Literal(worker.Channel), (_, _) => { });
            await queue.OfferAsync(worker);
            Assert.Equal(1, await queue.Database.SortedSetLengthAsync(queue.Keys.Offers));
            return () => queue.EnqueueAsync();
        },
        ["forward"] = (_, worker, _) => Task.FromResult(() => Forward.RunAsync(
            worker, ["""{"name":"probe","args":{},"id":"first"}""", """{"name":"probe","args":{},"id":"second"}"""])),
        ["adopt"] = async (queue, worker, _) =>
        {
            await queue.Database.ListRightPushAsync(
                queue.Keys.Inbox, ["""{"name":"probe","args":{}}""", "garbage", """{"name":"probe","args":{},"id":"mine","delay_ms":3600000}"""]);
            return () => new InboxAdopter(NullLogger<InboxAdopter>.Instance).AdoptAsync(worker);
        },
        ["fetch"] = async (queue, worker, _) =>
        {
            await queue.EnqueueManyAsync(["a", "b", "c"]);
            return () => Fetch.RunAsync(worker, 2, 1);
        },
        ["fetch of an expired job"] = async (queue, worker, _) =>
        {
            await queue.EnqueueManyAsync(["a", "b"]);
            var expired = await queue.EnqueueAsync(options: new() { ExpiresIn = TimeSpan.FromMilliseconds(1), Priority = 6 });
            await queue.EnqueueAsync(options: new() { Priority = 7 });
            await queue.Database.HashSetAsync(queue.Keys.Job(expired.Id), "awaited", "1");
            await queue.WaitUntilAsync((await queue.NowAsync()).AddMilliseconds(2));
            return () => Fetch.RunAsync(worker, 4);
        },
        ["claim"] = async (queue, worker, _) =>
        {
            var jobs = await queue.EnqueueManyAsync(["a", "b"]);
            return () => Claim.RunAsync(worker, 2, [.. jobs.Select(job => job.Id)]);
        },
        ["begin"] = async (queue, worker, _) =>
        {
            await queue.EnqueueAsync();
            var job = Assert.Single((await Fetch.RunAsync(worker, 0, 1)).Jobs);
            return () => Begin.RunAsync(worker, job);
        },
        ["complete"] = (queue, worker, _) => EndAsync(queue, worker, Outcome.Completed("1", TimeSpan.FromHours(1)), Complete.RunAsync),
        ["retry"] = (queue, worker, _) => EndAsync(queue, worker, Outcome.Retry(TimeSpan.FromHours(1), Failure), Retry.RunAsync),
        ["discard"] = (queue, worker, _) => EndAsync(queue, worker, Outcome.Discarded(Failure), Discard.RunAsync),
        ["release"] = (queue, worker, _) => EndAsync(queue, worker, Outcome.Released(), Release.RunAsync),
        ["postpone"] = (queue, worker, _) => EndAsync(
            queue, worker, Outcome.Postponed(TimeSpan.FromHours(1), TimeSpan.FromHours(1), Failure), OneByOne(Postpone.RunAsync)),
        ["postpone for the last time"] = (queue, worker, _) => EndAsync(
            queue, worker, Outcome.Postponed(TimeSpan.FromHours(1), TimeSpan.Zero, Failure), OneByOne(Postpone.RunAsync)),
        ["cancel by the worker"] = (queue, worker, _) => EndAsync(queue, worker, Outcome.Cancelled(), OneByOne(CancelLeased.RunAsync)),
        ["cancel"] = async (queue, _, _) =>
        {
            JobHandle[] jobs = [await queue.EnqueueAsync(), await queue.EnqueueAsync(options: new() { Delay = TimeSpan.FromHours(1) })];
            return () => Task.WhenAll(jobs.Select(job => job.CancelAsync()));
        },
        ["requeue"] = async (queue, worker, _) =>
        {
            var job = await queue.EnqueueAsync();
            await worker.DiscardAsync((await worker.FetchOneAsync())!);
            return () => job.RequeueAsync();
        },
        ["stage"] = async (queue, worker, _) =>
        {
            foreach (var job in await queue.EnqueueManyAsync(["a", "b"], new() { Delay = TimeSpan.FromHours(1) }))
            {
                await worker.MakeDueAsync(job.Id);
            }

            return () => worker.StageAsync();
        },
        ["rescue"] = async (queue, worker, _) =>
        {
            await queue.EnqueueManyAsync(["a", "b", "c"]);
            await Fetch.RunAsync(queue.AsWorker(), 3);
            await worker.OutliveLeasesAsync();
            return () => worker.RescueAsync();
        },
        ["renew"] = async (queue, worker, _) =>
        {
            await queue.EnqueueManyAsync(["a", "b"]);
            var (leased, _) = await Fetch.RunAsync(worker, 2);
            return () => Renew.RunAsync(worker, leased);
        },
        ["prune"] = async (queue, worker, _) =>
        {
            var dead = await queue.EnqueueAsync();
            await worker.DiscardAsync((await worker.FetchOneAsync())!);
            await queue.Database.SortedSetAddAsync(queue.Keys.Discarded, dead.Id, 1);
            await queue.EnqueueManyAsync(["a", "b"]);
            await (queue.Queue.Doorbell == Doorbell.List
                ? queue.Database.ListRightPushAsync(queue.Keys.Trigger, "late")
                : (Task)queue.Database.StreamAddAsync(queue.Keys.Trigger, "id", "late"));
            await queue.Database.SortedSetAddAsync(queue.Keys.Workers, "gone", 1);
            await queue.Database.SortedSetAddAsync(queue.Keys.Offers, "old", 1);
            return () => Prune.RunAsync(worker, forgetAfterMs: 0);
        },
    };

    private static Func<WorkerQueue, Finish[], Task> OneByOne(Func<WorkerQueue, Finish, Task<bool>> verb) =>
        (worker, finishes) => Task.WhenAll(finishes.Select(finish => verb(worker, finish)));

    private static async Task<Func<Task>> EndAsync(TestQueue queue, WorkerQueue worker, Outcome outcome, Func<WorkerQueue, Finish[], Task> verb)
    {
        await queue.EnqueueManyAsync(["a", "b", "c"]);
        var (leased, _) = await Fetch.RunAsync(worker, 3);
        await queue.Database.HashSetAsync(queue.Keys.Job(leased[1].Id), "awaited", "1");
        return () => verb(worker, [.. leased.Select(job => new Finish(job, outcome))]);
    }
}
