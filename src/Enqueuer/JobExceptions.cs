namespace FunctionJobs;

/// <summary>
/// Redis could not be reached in time, or refused to write. Nothing is half enqueued; whether a job is there after a timeout or a lost
/// connection is not known, and a call with an <see cref="EnqueueOptions.JobId"/> can be repeated.
/// </summary>
public sealed class JobQueueUnavailableException(string message, Exception? innerException = null)
    : Exception(message, innerException);

/// <summary>An awaited job ended without a result: Discarded, Cancelled or Expired.</summary>
public sealed class JobFailedException : Exception
{
    internal JobFailedException(string queue, string id, JobState state, JobError? error)
        : base($"Job '{id}' of queue '{queue}' ended as {state}" + (error is null ? "." : $": {error.Message}"))
    {
        JobId = id;
        Queue = queue;
        State = state;
        Error = error;
    }

    /// <summary>The job's id.</summary>
    public string JobId { get; }

    /// <summary>The queue's name.</summary>
    public string Queue { get; }

    /// <summary>Discarded, Cancelled or Expired.</summary>
    public JobState State { get; }

    /// <summary>The last failure, or null when there was none.</summary>
    public JobError? Error { get; }
}

/// <summary>No job of that id is known: there never was one, or its result is no longer kept.</summary>
public sealed class JobNotFoundException : Exception
{
    internal JobNotFoundException(string queue, string id)
        : base($"Queue '{queue}' knows no job '{id}': there never was one, or its result is no longer kept.")
    {
        JobId = id;
        Queue = queue;
    }

    /// <summary>The job's id.</summary>
    public string JobId { get; }

    /// <summary>The queue's name.</summary>
    public string Queue { get; }
}
