namespace FunctionJobs;

/// <summary>
/// The states of a job. Which verb sets which, and from where, is one table: <see cref="JobStates"/>; docs/lifecycle.md
/// repeats it for people.
/// </summary>
public enum JobState
{
    /// <summary>Waits for its time. Set by enqueue (a delay or schedule), by requeue of a dead letter, and by postpone: for a newer version
    /// of the app, for a job that was lost twice while another such job runs, and for a handler that outlives its app's shutdown.</summary>
    Scheduled,

    /// <summary>May run now. Set by enqueue, stage, release and rescue.</summary>
    Available,

    /// <summary>A worker holds its lease. Set by fetch and claim, and by enqueue when a worker waits for a job.</summary>
    Executing,

    /// <summary>Failed with attempts left; waits for its next attempt. Set by retry.</summary>
    Retryable,

    /// <summary>Ended well. Set by complete.</summary>
    Completed,

    /// <summary>Cancelled before or while it ran. Set by cancel, or by the worker that saw the request.</summary>
    Cancelled,

    /// <summary>Not started before its expiry. Set by fetch and claim.</summary>
    Expired,

    /// <summary>Ended badly: its attempts are used up, or its failure is permanent. Set by discard, or by postpone when no app has known its name for too long. Its errors are kept.</summary>
    Discarded,
}
