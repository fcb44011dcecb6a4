using StackExchange.Redis;

namespace FunctionJobs;

/// <summary>Every Redis key and channel of a queue. All share the hash tag, so that each script stays in one slot.</summary>
internal sealed class QueueKeys
{
    public QueueKeys(string queue)
    {
        Queue = queue;
        var prefix = $"jobs:{{{queue}}}:";
        Prefix = prefix;
        JobPrefix = prefix + "job:";
        Available = prefix + "available";
        Trigger = prefix + "trigger";
        Scheduled = prefix + "scheduled";
        Executing = prefix + "executing";
        Discarded = prefix + "discarded";
        Inbox = prefix + "inbox";
        Rejected = prefix + "rejected";
        Stats = prefix + "stats";
        Workers = prefix + "workers";
        Offers = prefix + "offers";
        Trial = prefix + "trial";
        Bell = prefix + "bell";
        Ended = prefix + "ended";
        WorkerPrefix = prefix + "worker:";
    }

    public string Queue { get; }

    /// <summary>What all of them begin with.</summary>
    public RedisKey Prefix { get; }

    /// <summary>Hash per job, the record: <c>job:&lt;id&gt;</c>.</summary>
    public RedisKey JobPrefix { get; }

    /// <summary>Sorted set id → priority and sequence: the queue.</summary>
    public RedisKey Available { get; }

    /// <summary>List or stream: the doorbell that the trigger reads.</summary>
    public RedisKey Trigger { get; }

    /// <summary>Sorted set id → due time in ms: Scheduled and Retryable jobs.</summary>
    public RedisKey Scheduled { get; }

    /// <summary>Sorted set id → lease expiry in ms.</summary>
    public RedisKey Executing { get; }

    /// <summary>Sorted set id → time in ms: dead letters.</summary>
    public RedisKey Discarded { get; }

    /// <summary>List: jobs pushed from elsewhere, not yet read.</summary>
    public RedisKey Inbox { get; }

    /// <summary>List, capped: entries that could not be read, each with the reason.</summary>
    public RedisKey Rejected { get; }

    /// <summary>Hash: counters.</summary>
    public RedisKey Stats { get; }

    /// <summary>Sorted set worker → its last heartbeat in ms.</summary>
    public RedisKey Workers { get; }

    /// <summary>Sorted set offer of a worker that waits for a job → until when in ms.</summary>
    public RedisKey Offers { get; }

    /// <summary>Tries at a worker's start whether it may do what it needs to; nothing stays there.</summary>
    public RedisKey Trial { get; }

    /// <summary>Channel: rung when an empty queue gets a job, or a job is scheduled earlier than all others.</summary>
    public string Bell { get; }

    /// <summary>Channel: the id of a job that has ended and is awaited.</summary>
    public string Ended { get; }

    /// <summary>Prefix of the channel that each worker process listens on.</summary>
    public string WorkerPrefix { get; }

    public RedisKey Job(string id) => JobPrefix.Append(id);

    public RedisKey Once(string key) => Prefix.Append("once:" + key);
}
