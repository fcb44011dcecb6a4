namespace FunctionJobs;

/// <summary>The allowed moves between states, and each state's name in Redis. The scripts make no other move.</summary>
public static class JobStates
{
    private static readonly Dictionary<JobState, JobState[]> Moves = new()
    {
        // stage, cancel
        [JobState.Scheduled] = [JobState.Available, JobState.Cancelled],
        // fetch, claim, or the enqueue itself, fetch or claim past the expiry, cancel
        [JobState.Available] = [JobState.Executing, JobState.Expired, JobState.Cancelled],
        // complete, retry, discard, cancel, release or rescue, postpone
        [JobState.Executing] =
            [JobState.Completed, JobState.Retryable, JobState.Discarded, JobState.Cancelled, JobState.Available, JobState.Scheduled],
        // stage, cancel
        [JobState.Retryable] = [JobState.Available, JobState.Cancelled],
        [JobState.Completed] = [],
        [JobState.Cancelled] = [],
        [JobState.Expired] = [],
        // requeue
        [JobState.Discarded] = [JobState.Scheduled],
    };

    /// <summary>Whether a job may go from one state to the other in one move.</summary>
    public static bool CanMove(JobState from, JobState to) => Moves[from].Contains(to);

    /// <summary>Whether the job has ended. No move but a requeue of a dead letter leads out of such a state.</summary>
    public static bool IsFinal(this JobState state) =>
        state is JobState.Completed or JobState.Cancelled or JobState.Expired or JobState.Discarded;

    internal static JobState? FromWire(string? state) => state switch
    {
        "scheduled" => JobState.Scheduled,
        "available" => JobState.Available,
        "executing" => JobState.Executing,
        "retryable" => JobState.Retryable,
        "completed" => JobState.Completed,
        "cancelled" => JobState.Cancelled,
        "expired" => JobState.Expired,
        "discarded" => JobState.Discarded,
        _ => null,
    };
}
