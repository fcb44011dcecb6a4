using StackExchange.Redis;

namespace FunctionJobs.Worker;

/// <summary>A queue as this worker process sees it: what every verb needs.</summary>
internal sealed class WorkerQueue
{
    public WorkerQueue(JobQueue queue, IConnectionMultiplexer multiplexer, WorkerIdentity worker, JobWorkerOptions options)
    {
        Name = queue.Name;
        Kind = queue.Doorbell;
        Doorbell = queue.Doorbell.ToWire();
        Multiplexer = multiplexer;
        Redis = multiplexer.GetDatabase();
        Keys = new QueueKeys(queue.Name);
        Worker = worker;
        Channel = Keys.WorkerPrefix + worker.Name;
        Options = options;
    }

    public string Name { get; }

    public Doorbell Kind { get; }

    /// <summary>The kind of doorbell as the scripts take it.</summary>
    public RedisValue Doorbell { get; }

    public IConnectionMultiplexer Multiplexer { get; }

    public IDatabase Redis { get; }

    public QueueKeys Keys { get; }

    public WorkerIdentity Worker { get; }

    /// <summary>The channel that this worker alone listens on.</summary>
    public string Channel { get; }

    public JobWorkerOptions Options { get; }

    /// <summary>What this worker may have been given without hearing of it.</summary>
    public UnansweredLeases Unanswered { get; } = new();

    public RedisValue LeaseMs => (long)Options.Lease.TotalMilliseconds;

    public RedisValue KeepDiscardedMs => (long)Options.KeepDiscardedFor.TotalMilliseconds;

    /// <summary>For a record that a script ends, which does not know its job type's setting: Expired, and Cancelled where its attempt does not end.</summary>
    public static RedisValue KeepEndedMs { get; } = (long)new JobTypeOptions().KeepResultFor.TotalMilliseconds;
}
