namespace FunctionJobs;

/// <summary>What Redis knows of a job. Times are by Redis's clock.</summary>
public sealed record JobInfo
{
    /// <summary>The job's id.</summary>
    public required string Id { get; init; }

    /// <summary>The queue's name.</summary>
    public required string Queue { get; init; }

    /// <summary>The job's name.</summary>
    public required string Name { get; init; }

    /// <summary>The state now.</summary>
    public required JobState State { get; init; }

    /// <summary>The attempt under way or the last one, from 1; 0 before the first.</summary>
    public required int Attempt { get; init; }

    /// <summary>What the enqueue said about the attempts, or null when the worker's setting for the job type counts.</summary>
    public int? MaxAttempts { get; init; }

    /// <summary>The arguments as JSON.</summary>
    public required string ArgsJson { get; init; }

    /// <summary>When the job was enqueued.</summary>
    public required DateTimeOffset EnqueuedAt { get; init; }

    /// <summary>When a Scheduled or Retryable job is due; null in other states, and when it has just become due.</summary>
    public DateTimeOffset? ScheduledAt { get; init; }

    /// <summary>When the last attempt started.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When the job ended; null while it has not.</summary>
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>When the job expires unless it has started; null for never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>The worker process of the last attempt.</summary>
    public string? Worker { get; init; }

    /// <summary>Whether a cancel was asked for while the job ran.</summary>
    public bool CancelRequested { get; init; }

    /// <summary>What the handler last reported.</summary>
    public JobProgress? Progress { get; init; }

    /// <summary>The failures of past attempts, oldest first; the last 5 are kept.</summary>
    public IReadOnlyList<JobError> Errors { get; init; } = [];

    /// <summary>The handler's result as JSON; null when it has none or the job has not completed.</summary>
    public string? ResultJson { get; init; }
}

/// <summary>What a handler reported while it ran.</summary>
/// <param name="Percent">0 to 100.</param>
/// <param name="Message">A few words, at most 500 characters.</param>
public sealed record JobProgress(double Percent, string? Message);

/// <summary>How one attempt failed.</summary>
/// <param name="Attempt">The attempt, from 1.</param>
/// <param name="At">When, by Redis's clock.</param>
/// <param name="Kind">The exception's type name, or what the worker saw: <c>Timeout</c>, <c>WorkerLost</c>, <c>UnknownJobName</c>, <c>BadArguments</c>, …</param>
/// <param name="Message">The reason, at most 2,000 characters. Never the job's arguments.</param>
public sealed record JobError(int Attempt, DateTimeOffset At, string Kind, string Message);
