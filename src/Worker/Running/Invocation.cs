namespace FunctionJobs.Worker;

/// <summary>A function invocation that a trigger started, as long as the pump holds on to it.</summary>
internal sealed class Invocation(string entry, long arrived)
{
    private readonly TaskCompletionSource released = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>What the trigger read.</summary>
    public string Entry => entry;

    /// <summary>When it came, as a timestamp of the process's own clock.</summary>
    public long Arrived => arrived;

    /// <summary>The job that its entry names, while this worker runs it.</summary>
    public Attempt? OwnAttempt { get; set; }

    /// <summary>Whether its entry has been looked at.</summary>
    public bool Answered { get; set; }

    /// <summary>Whether its entry can only be a ring: an unknown id is then late, not foreign.</summary>
    public bool IsRing { get; set; }

    /// <summary>Whether its entry was no id and has been moved to the inbox.</summary>
    public bool Forwarded { get; set; }

    public Task Released => released.Task;

    public void Release() => released.TrySetResult();
}
