using System.Runtime.ExceptionServices;
using StackExchange.Redis;

namespace FunctionJobs;

/// <summary>Sends chunks of jobs with the <c>enqueue</c> script: those of several queues in one call, where Redis allows it.</summary>
internal sealed class EnqueueScript(RedisCalls redis, QueueKeysCache queues)
{
    private static readonly RedisScript Script = RedisScript.Load<EnqueueScript>("enqueue");

    // A cluster takes only keys of one slot in a call, which a queue's are.
    private volatile bool oneQueueACall;

    /// <returns>Per job whether it was created.</returns>
    /// <exception cref="JobQueueUnavailableException">Redis is away, too slow, or refuses to write.</exception>
    public async Task<bool[]> SendAsync(JobChunk chunk, CancellationToken cancellationToken) =>
        (await CallAsync([chunk], cancellationToken))[0].Created;

    /// <returns>Each chunk's answer. What goes wrong with one leaves the others alone.</returns>
    /// <exception cref="JobQueueUnavailableException">Redis is away, too slow, or still loading its data.</exception>
    public async Task<EnqueueReply[]> SendAsync(IReadOnlyList<JobChunk> chunks)
    {
        if (chunks.Count == 1 || !oneQueueACall)
        {
            try
            {
                return await CallAsync(chunks, CancellationToken.None);
            }
            catch (RedisCommandException) when (chunks.Count > 1)
            {
                // The client knows the cluster and did not send the call.
                oneQueueACall = true;
            }
            catch (JobQueueUnavailableException e) when (
                chunks.Count > 1 && e.InnerException is RedisServerException refused && !RedisCalls.IsLoading(refused.Message))
            {
                // Nothing was done: what goes wrong later is in a chunk's own answer. The reason may be one of the queues.
                oneQueueACall = refused.Message.Contains("CROSSSLOT", StringComparison.Ordinal);
            }
        }

        return await Task.WhenAll(chunks.Select(SendAloneAsync));
    }

    private async Task<EnqueueReply> SendAloneAsync(JobChunk chunk)
    {
        try
        {
            return (await CallAsync([chunk], CancellationToken.None))[0];
        }
        catch (Exception e)
        {
            return new EnqueueReply(e);
        }
    }

    private async Task<EnqueueReply[]> CallAsync(IReadOnlyList<JobChunk> chunks, CancellationToken cancellationToken)
    {
        var (keys, values) = Arguments(chunks);
        var replies = await redis.CallAsync(
            async multiplexer => Written((RedisResult[])(await Script.RunAsync(multiplexer.GetDatabase(), keys, values))!), cancellationToken);
        return [.. chunks.Zip(replies, ReplyOf)];
    }

    /// <summary>Each queue's answer, unless a replica has refused them all.</summary>
    private static RedisResult[] Written(RedisResult[] replies) =>
        (string?)replies[0] is { } text && RedisCalls.IsReadOnly(text) ? throw new RedisException(text) : replies;

    private (RedisKey[] Keys, RedisValue[] Values) Arguments(IReadOnlyList<JobChunk> chunks)
    {
        const int perQueue = 2;
        var keys = new RedisKey[chunks.Count];
        var values = new RedisValue[chunks.Sum(chunk => perQueue + (chunk.Entries.Count * JobEntry.Width))];
        var next = values.AsSpan();
        for (var i = 0; i < chunks.Count; i++)
        {
            var (queue, entries) = (chunks[i].Queue, chunks[i].Entries);
            keys[i] = queues.For(queue.Name).Prefix;
            next[0] = queue.Doorbell.ToWire();
            next[1] = entries.Count;
            next = next[perQueue..];
            foreach (var entry in entries)
            {
                entry.CopyTo(next);
                next = next[JobEntry.Width..];
            }
        }

        return (keys, values);
    }

    private static EnqueueReply ReplyOf(JobChunk chunk, RedisResult reply)
    {
        var text = (string)reply!;
        if (text.Length != chunk.Entries.Count || text.AsSpan().ContainsAnyExcept('0', '1'))
        {
            return new EnqueueReply(new JobQueueUnavailableException(RedisCalls.ExplainRefusal(text)));
        }

        var created = new bool[text.Length];
        for (var i = 0; i < created.Length; i++)
        {
            created[i] = text[i] == '1';
        }

        JobTelemetry.Enqueued(chunk.Queue.Name, created.Count(one => one));
        return new EnqueueReply(created);
    }
}

/// <summary>What became of a chunk.</summary>
internal readonly struct EnqueueReply
{
    private readonly bool[]? created;

    public EnqueueReply(bool[] created) => this.created = created;

    public EnqueueReply(Exception error) => Error = error;

    /// <summary>Why nothing was enqueued, or null.</summary>
    public Exception? Error { get; }

    /// <summary>Per job whether it was created; throws the error where there is one.</summary>
    public bool[] Created
    {
        get
        {
            if (Error is not null)
            {
                ExceptionDispatchInfo.Throw(Error);
            }

            return created!;
        }
    }
}
