using System.Collections.Concurrent;
using StackExchange.Redis;

namespace FunctionJobs;

/// <summary>
/// Waits for jobs to end. The queue's channel of ended jobs carries the ids of those that somebody awaits; since a message can be
/// missed while a connection is being renewed, a wait also looks for itself every five seconds.
/// </summary>
internal sealed class EndedJobs(RedisCalls redis, QueueKeysCache queues)
{
    private static readonly RedisScript Await = RedisScript.Load<EndedJobs>("await");
    private static readonly TimeSpan LookAgainAfter = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, Task> subscriptions = new(StringComparer.Ordinal);
    private readonly Lock gate = new();
    private readonly Dictionary<(string Queue, string Id), List<SemaphoreSlim>> waits = [];

    /// <exception cref="TimeoutException">The job has not ended in time.</exception>
    /// <exception cref="JobNotFoundException">No job of this id is known.</exception>
    public async Task<(JobState State, string Result, string Errors)> WaitAsync(
        string queue, string id, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var time = new CancellationTokenSource(timeout);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(time.Token, cancellationToken);
        using var ended = new SemaphoreSlim(0);
        Listen((queue, id), ended);
        try
        {
            await SubscribeAsync(queue, either.Token);
            while (true)
            {
                if (await LookAsync(queue, id, either.Token) is { State: var state } found && state.IsFinal())
                {
                    return found;
                }

                await ended.WaitAsync(LookAgainAfter, either.Token);
            }
        }
        catch (OperationCanceledException) when (time.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"Job '{id}' of queue '{queue}' has not ended within {timeout}.");
        }
        finally
        {
            StopListening((queue, id), ended);
        }
    }

    private async Task<(JobState State, string Result, string Errors)> LookAsync(string queue, string id, CancellationToken cancellationToken)
    {
        var key = queues.For(queue).Job(id);
        var reply = (RedisResult[])(await redis.CallAsync(
            multiplexer => Await.RunAsync(multiplexer.GetDatabase(), [key], []), cancellationToken))!;
        return reply.Length > 0 && JobStates.FromWire((string?)reply[0]) is { } state
            ? (state, (string)reply[1]!, (string)reply[2]!)
            : throw new JobNotFoundException(queue, id);
    }

    private async Task SubscribeAsync(string queue, CancellationToken cancellationToken)
    {
        var subscription = subscriptions.GetOrAdd(queue, name => SubscribeNowAsync(name, cancellationToken));
        try
        {
            await subscription;
        }
        catch
        {
            subscriptions.TryRemove(new KeyValuePair<string, Task>(queue, subscription));
            throw;
        }
    }

    private async Task SubscribeNowAsync(string queue, CancellationToken cancellationToken)
    {
        var channel = RedisChannel.Literal(queues.For(queue).Ended);
        await redis.CallAsync(
            async multiplexer =>
            {
                await multiplexer.GetSubscriber().SubscribeAsync(channel, (_, id) => Ended(queue, id.ToString()));
                return true;
            },
            cancellationToken);
    }

    private void Listen((string Queue, string Id) job, SemaphoreSlim ended)
    {
        lock (gate)
        {
            if (!waits.TryGetValue(job, out var listeners))
            {
                waits[job] = listeners = [];
            }

            listeners.Add(ended);
        }
    }

    private void StopListening((string Queue, string Id) job, SemaphoreSlim ended)
    {
        lock (gate)
        {
            if (waits.TryGetValue(job, out var listeners) && listeners.Remove(ended) && listeners.Count == 0)
            {
                waits.Remove(job);
            }
        }
    }

    private void Ended(string queue, string id)
    {
        lock (gate)
        {
            foreach (var ended in waits.GetValueOrDefault((queue, id)) ?? [])
            {
                ended.Release();
            }
        }
    }
}
