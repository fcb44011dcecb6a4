using System.Text.Json;
using StackExchange.Redis;

namespace FunctionJobs.Worker;

/// <summary>One attempt of a job, as its handler sees it.</summary>
public sealed class JobContext
{
    private readonly IdempotencyKeys keys;
    private readonly WorkerQueue? reportTo;

    internal JobContext(JobIdentity identity, IdempotencyKeys keys, WorkerQueue? reportTo, CancellationToken cancellationToken)
    {
        this.keys = keys;
        this.reportTo = reportTo;
        Identity = identity;
        CancellationToken = cancellationToken;
    }

    internal JobIdentity Identity { get; }

    /// <summary>The job's id.</summary>
    public string JobId => Identity.JobId;

    /// <summary>The queue's name.</summary>
    public string Queue => Identity.Queue;

    /// <summary>The job's name.</summary>
    public string JobName => Identity.JobName;

    /// <summary>This attempt, from 1.</summary>
    public int Attempt => Identity.Attempt;

    /// <summary>How many attempts the job gets.</summary>
    public int MaxAttempts => Identity.MaxAttempts;

    /// <summary>When the job was enqueued, by Redis's clock.</summary>
    public DateTimeOffset EnqueuedAt => Identity.EnqueuedAt;

    /// <summary>
    /// Cancelled when the attempt's time is up, the job is cancelled, its lease is lost, or the grace at the app's shutdown
    /// (<see cref="JobWorkerOptions.ShutdownGrace"/>) is over, which leaves 0.4 s. A handler that still returns after a cancel or at shutdown
    /// has completed; after a timeout or a lost lease nothing counts any more.
    /// </summary>
    public CancellationToken CancellationToken { get; }

    /// <summary>Shows progress in the job's information. The last report is kept.</summary>
    /// <param name="percent">0 to 100.</param>
    /// <param name="message">A few words, at most 500 characters.</param>
    /// <exception cref="ArgumentOutOfRangeException">The percentage or the message's length is out of range.</exception>
    /// <exception cref="RedisException">Redis is away or too slow (then also <see cref="TimeoutException"/>); unless caught, the attempt fails.</exception>
    public Task ReportProgressAsync(double percent, string? message = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(percent);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(percent, 100);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(message?.Length ?? 0, 500, nameof(message));
        return reportTo is null
            ? Task.CompletedTask
            : Progress.RunAsync(reportTo, JobId, Identity.Lease, new JobProgress(percent, message));
    }

    /// <summary>For a job that knows when to try again: <c>throw context.RetryAfter(delay, reason)</c>. The attempt counts.</summary>
    public RetryJobException RetryAfter(TimeSpan delay, string reason) => new(delay, reason);

    /// <summary>For a failure that no retry mends: <c>throw context.Discard(reason)</c>.</summary>
    /// <param name="reason">Kept as the job's error; no argument belongs into it.</param>
    public DiscardJobException Discard(string reason) => new(reason);

    /// <summary>
    /// Runs a side effect once: the first attempt that ends it stores its outcome under <paramref name="key"/>, and every later
    /// one, of this job or another in the queue, gets that outcome without running it.
    /// </summary>
    /// <remarks>
    /// An effect whose outcome is stored never runs again while the key is kept (7 days). Between the effect and the storing of its
    /// outcome lies a gap that no store can close: a process killed there leaves an effect that the next attempt repeats. Where the
    /// outside world recognizes a repetition (the same Message-ID, an <c>ON CONFLICT DO NOTHING</c>), use that too.
    /// </remarks>
    /// <typeparam name="T">The outcome, kept as JSON.</typeparam>
    /// <param name="key">What is done once, e.g. <c>welcome:17</c>. 1 to 200 characters.</param>
    /// <param name="effect">The side effect.</param>
    /// <returns>The outcome, and whether it was this call that ran the effect.</returns>
    /// <exception cref="ArgumentException">The key is empty or longer than 200 characters.</exception>
    /// <exception cref="RedisException">Redis is away or too slow (then also <see cref="TimeoutException"/>); unless caught, the attempt fails.</exception>
    /// <exception cref="OperationCanceledException">The attempt is cancelled, or has lost its job to another worker.</exception>
    /// <exception cref="RetryJobException">Another job has been running the effect for 5 s; this attempt ends and counts, and the next comes when that job's lease of the key ends.</exception>
    public Task<OnceOutcome<T>> OnceAsync<T>(string key, Func<CancellationToken, Task<T>> effect) =>
        keys.OnceAsync(Identity, key, effect, CancellationToken);

    /// <summary>A context without a queue behind it, for tests of a handler. Idempotency keys are real; progress goes nowhere.</summary>
    public static JobContext ForTest(
        IConnectionMultiplexer redis, string queue, string jobId, int attempt = 1, CancellationToken cancellationToken = default) =>
        new(
            new JobIdentity(queue, jobId, "test", attempt, 3, TimeProvider.System.GetUtcNow(), ""),
            new IdempotencyKeys(redis, JsonSerializerOptions.Web, TimeProvider.System),
            reportTo: null,
            cancellationToken);
}
