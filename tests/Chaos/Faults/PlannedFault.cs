namespace FunctionJobs.Chaos;

/// <summary>What is broken.</summary>
internal enum FaultKind
{
    /// <summary>SIGKILL to a worker; another takes its place.</summary>
    KillWorker,

    /// <summary>SIGTERM to a worker; another takes its place.</summary>
    StopWorker,

    /// <summary>SIGSTOP to a worker, beyond its lease, then SIGCONT.</summary>
    FreezeWorker,

    /// <summary>Redis closes every connection, of commands and of subscriptions.</summary>
    DropConnections,

    /// <summary>SIGSTOP to Redis, then SIGCONT.</summary>
    PauseRedis,

    /// <summary>SIGKILL to Redis, which is started again from its append-only file.</summary>
    KillRedis,

    /// <summary>PostgreSQL is stopped and started again.</summary>
    RestartPostgres,

    /// <summary>SIGKILL to the process that enqueues; another takes its place.</summary>
    KillEnqueuer,
}

/// <summary>A fault of the schedule.</summary>
/// <param name="At">When, from the start of the load.</param>
/// <param name="Kind">What.</param>
/// <param name="Length">For how long, where it has a length.</param>
/// <param name="Choice">Chooses the worker among those that are at work, from 0 (inclusive) to 1 (exclusive).</param>
internal sealed record PlannedFault(TimeSpan At, FaultKind Kind, TimeSpan Length, double Choice);
