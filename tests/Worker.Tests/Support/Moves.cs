using FunctionJobs.Worker;

namespace FunctionJobs.Tests;

/// <summary>One verb at a time, for one job, as a worker would send it.</summary>
internal static class Moves
{
    private static readonly AttemptError Failure = new("Failure", "It failed.");

    public static async Task<LeasedJob?> FetchOneAsync(this WorkerQueue worker) =>
        (await Fetch.RunAsync(worker, 1)).Jobs.SingleOrDefault();

    public static async Task<LeasedJob?> ClaimAsync(this WorkerQueue worker, string id) =>
        (await Claim.RunAsync(worker, null, [id])).Jobs.SingleOrDefault();

    public static async Task<bool> CompleteAsync(this WorkerQueue worker, LeasedJob job, string result = "", TimeSpan? keep = null) =>
        (await Complete.RunAsync(worker, [new Finish(job, Outcome.Completed(result, keep ?? TimeSpan.FromHours(1)))]))[0];

    public static async Task<bool> RetryAsync(this WorkerQueue worker, LeasedJob job, TimeSpan? delay = null) =>
        (await Retry.RunAsync(worker, [new Finish(job, Outcome.Retry(delay ?? TimeSpan.FromHours(1), Failure))]))[0];

    public static async Task<bool> DiscardAsync(this WorkerQueue worker, LeasedJob job) =>
        (await Discard.RunAsync(worker, [new Finish(job, Outcome.Discarded(Failure))]))[0];

    public static async Task<bool> ReleaseAsync(this WorkerQueue worker, LeasedJob job) =>
        (await Release.RunAsync(worker, [new Finish(job, Outcome.Released())]))[0];

    public static Task<bool> CancelLeasedAsync(this WorkerQueue worker, LeasedJob job) =>
        CancelLeased.RunAsync(worker, new Finish(job, Outcome.Cancelled()));

    public static Task<bool> PostponeAsync(this WorkerQueue worker, LeasedJob job, TimeSpan? limit = null, TimeSpan? delay = null) =>
        Postpone.RunAsync(worker, new Finish(job, Outcome.Postponed(delay ?? TimeSpan.FromHours(1), limit, Failure)));

    public static async Task<bool> RenewAsync(this WorkerQueue worker, LeasedJob job) =>
        (await Renew.RunAsync(worker, [job])).Lost.Length == 0;

    public static async Task<RescueReport> RescueAsync(this WorkerQueue worker, TimeSpan? silence = null, params string[] suspects) =>
        Rescue.Read(worker, (await Rescue.CallAsync([new Look(worker, silence ?? Presence.Silence, suspects)], sharded: false))[0]!);

    public static async Task<int> StageAsync(this WorkerQueue worker) => (await Stage.RunAsync(worker)).Staged;

    /// <summary>The lease ran out, without waiting for it.</summary>
    public static Task OutliveLeaseAsync(this WorkerQueue worker, string id) =>
        worker.Redis.SortedSetAddAsync(worker.Keys.Executing, id, 1, StackExchange.Redis.When.Exists);

    /// <summary>All leases of the queue ran out.</summary>
    public static async Task OutliveLeasesAsync(this WorkerQueue worker)
    {
        foreach (var id in await worker.Redis.SortedSetRangeByRankAsync(worker.Keys.Executing))
        {
            await worker.OutliveLeaseAsync(id.ToString());
        }
    }

    /// <summary>A Scheduled or Retryable job is due, without waiting for it.</summary>
    public static Task MakeDueAsync(this WorkerQueue worker, string id) =>
        worker.Redis.SortedSetAddAsync(worker.Keys.Scheduled, id, 1, StackExchange.Redis.When.Exists);

    /// <summary>Lets the lease of a job run out and another worker take it up again.</summary>
    public static async Task<LeasedJob> RescueAndFetchAsync(this WorkerQueue rescuer, string id)
    {
        await rescuer.OutliveLeaseAsync(id);
        Assert.Equal([id], (await rescuer.RescueAsync()).Rescued);
        return Assert.IsType<LeasedJob>(await rescuer.FetchOneAsync());
    }
}
