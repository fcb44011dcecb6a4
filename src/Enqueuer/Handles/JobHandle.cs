using System.Text.Json;

namespace FunctionJobs;

/// <summary>A job, known by its queue and id.</summary>
public sealed class JobHandle
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(49);

    private readonly IJobRecords records;

    internal JobHandle(IJobRecords records, string queue, string id, bool isDuplicate = false)
    {
        this.records = records;
        Queue = queue;
        Id = id;
        IsDuplicate = isDuplicate;
    }

    /// <summary>The queue's name.</summary>
    public string Queue { get; }

    /// <summary>The job's id.</summary>
    public string Id { get; }

    /// <summary>Whether the enqueue that returned this handle found a job of this id and changed nothing.</summary>
    public bool IsDuplicate { get; }

    /// <summary>The state now, or null when the queue knows no job of this id.</summary>
    /// <exception cref="JobQueueUnavailableException">Redis is away.</exception>
    public Task<JobState?> GetStateAsync(CancellationToken cancellationToken = default) =>
        records.GetStateAsync(Queue, Id, cancellationToken);

    /// <summary>All that is known of the job, or null when the queue knows no job of this id.</summary>
    /// <exception cref="JobQueueUnavailableException">Redis is away.</exception>
    public Task<JobInfo?> GetInfoAsync(CancellationToken cancellationToken = default) =>
        records.GetInfoAsync(Queue, Id, cancellationToken);

    /// <summary>
    /// Cancels the job: at once when it does not run; a running one sees its token cancelled within a second and ends as
    /// Cancelled unless it completes first.
    /// </summary>
    /// <returns>What was found: whether the job is cancelled, asked to stop, already ended, or unknown.</returns>
    /// <exception cref="JobQueueUnavailableException">Redis is away.</exception>
    public Task<CancelOutcome> CancelAsync(CancellationToken cancellationToken = default) =>
        records.CancelAsync(Queue, Id, cancellationToken);

    /// <summary>
    /// Lets a dead letter run again under its id, as if it had just been enqueued: its attempts are counted anew and an expiry no longer holds.
    /// Its errors stay, and so do its idempotency keys, which are kept for 7 days: an effect that was done within them is not done again.
    /// </summary>
    /// <returns>Whether it runs again; a job that is not Discarded is left alone.</returns>
    /// <exception cref="JobQueueUnavailableException">Redis is away or full.</exception>
    public Task<RequeueOutcome> RequeueAsync(CancellationToken cancellationToken = default) =>
        records.RequeueAsync(Queue, Id, cancellationToken);

    /// <summary>Waits for the job's end, told by Redis rather than polling, and returns its result.</summary>
    /// <typeparam name="T">What the handler's result is read as.</typeparam>
    /// <param name="timeout">How long to wait: 0 (has it ended now?) to 49 days, or <see cref="Timeout.InfiniteTimeSpan"/>.</param>
    /// <param name="cancellationToken">Stops waiting; the job goes on.</param>
    /// <returns>The result, or default when the handler has none.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The timeout is none of these.</exception>
    /// <exception cref="TimeoutException">The job has not ended in time.</exception>
    /// <exception cref="JobFailedException">The job ended as Discarded, Cancelled or Expired.</exception>
    /// <exception cref="JobNotFoundException">No job of this id is known.</exception>
    /// <exception cref="JsonException">The result does not read as <typeparamref name="T"/>.</exception>
    /// <exception cref="JobQueueUnavailableException">Redis is away.</exception>
    public Task<T?> WaitForResultAsync<T>(TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        if (timeout != Timeout.InfiniteTimeSpan && (timeout < TimeSpan.Zero || timeout > LongestWait))
        {
            throw new ArgumentOutOfRangeException(nameof(timeout), timeout, "A wait is of 0 to 49 days, or Timeout.InfiniteTimeSpan.");
        }

        return records.WaitForResultAsync<T>(Queue, Id, timeout, cancellationToken);
    }
}

/// <summary>What a cancel found.</summary>
public enum CancelOutcome
{
    /// <summary>No job of that id is known.</summary>
    NotFound,

    /// <summary>The job had ended already; nothing changed.</summary>
    AlreadyEnded,

    /// <summary>The job did not run and is Cancelled now. Earlier attempts may have run: see <see cref="JobInfo.Attempt"/>.</summary>
    Cancelled,

    /// <summary>The job runs; its worker was asked to stop it.</summary>
    Requested,
}

/// <summary>What a requeue found.</summary>
public enum RequeueOutcome
{
    /// <summary>No job of that id is known, or it is no longer kept.</summary>
    NotFound,

    /// <summary>The job is no dead letter; nothing changed.</summary>
    NotDiscarded,

    /// <summary>The job was a dead letter and runs again.</summary>
    Requeued,
}
