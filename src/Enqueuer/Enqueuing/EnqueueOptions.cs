namespace FunctionJobs;

/// <summary>What one enqueue may say about its job. What is left out is decided by the job type's settings at the worker.</summary>
public sealed record EnqueueOptions
{
    /// <summary>
    /// The job's id, 1 to 128 printable ASCII characters without blanks, not beginning with <c>{</c>, <c>[</c> or a quotation mark; one is
    /// made when this is null. While a job of this id exists in the queue, its result is kept or it is a dead letter, a second enqueue changes
    /// nothing and returns the first job's handle. An id is logged everywhere: put nothing into it that must not be read in a log.
    /// </summary>
    public string? JobId { get; init; }

    /// <summary>The queue to use instead of the job type's own.</summary>
    public JobQueue? Queue { get; init; }

    /// <summary>How long to wait before the job may run, from now on, by Redis's clock; 0 to 3,650 days. Not together with <see cref="ScheduledAt"/>.</summary>
    public TimeSpan? Delay { get; init; }

    /// <summary>When the job may run. A moment that has passed means at once.</summary>
    public DateTimeOffset? ScheduledAt { get; init; }

    /// <summary>A job that has not started this long after it was enqueued, its delay included, 1 ms to 3,650 days, becomes Expired. Not together with <see cref="ExpiresAt"/>.</summary>
    public TimeSpan? ExpiresIn { get; init; }

    /// <summary>A job that has not started by then becomes Expired.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>0 (first) to 9 (last); 5 by default. Jobs of equal priority run in the order in which they became available.</summary>
    public int Priority { get; init; } = DefaultPriority;

    /// <summary>How many attempts the job gets, 1 to 1,000; by default what the worker has set for the job type (3).</summary>
    public int? MaxAttempts { get; init; }

    /// <summary>
    /// How long one attempt may take, 1 ms to 24 h; by default what the worker has set for the job type (300 s). A Functions host kills
    /// the process after <c>functionTimeout</c>, so under it this must be less than that less the worker's <c>HoldInvocationFor</c>: less than 6 minutes as shipped.
    /// </summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>
    /// How long the record and result are kept after the end, 0 to 365 days; by default what the worker has set for the job
    /// type (3,600 s). Zero: the record goes with the job's end, and the id is free again. A discarded job is kept as a dead letter,
    /// 7 days unless the worker's settings say otherwise, whatever this says.
    /// </summary>
    public TimeSpan? KeepResultFor { get; init; }

    internal const int DefaultPriority = 5;

    internal static EnqueueOptions Default { get; } = new();
}
