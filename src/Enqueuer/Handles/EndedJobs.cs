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

    private readonly ConcurrentDictionary<string, Lazy<Task>> subscriptions = new(StringComparer.Ordinal);
    private readonly Lock gate = new();
    private readonly Dictionary<(string Queue, string Id), Wait> waits = [];

    /// <exception cref="TimeoutException">The job has not ended in time.</exception>
    /// <exception cref="JobNotFoundException">No job of this id is known.</exception>
    public async Task<(JobState State, string Result, string Errors)> WaitAsync(
        string queue, string id, TimeSpan timeout, CancellationToken cancellationToken)
    {
        if (timeout == TimeSpan.Zero)
        {
            return await LookAsync(queue, id, cancellationToken) is { State: var now } ended && now.IsFinal() ? ended : throw NotEnded(queue, id, timeout);
        }

        using var time = new CancellationTokenSource(timeout);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(time.Token, cancellationToken);
        try
        {
            var subscribed = SubscribeAsync(queue);
            RedisCalls.Forget(subscribed);
            await subscribed.WaitAsync(either.Token);
            while (true)
            {
                var wait = Join(queue, id);
                try
                {
                    if (await LookAsync(queue, id, either.Token) is { State: var state } found && state.IsFinal())
                    {
                        return found;
                    }

                    await Task.WhenAny(wait.Told.Task, Task.Delay(LookAgainAfter, either.Token));
                    either.Token.ThrowIfCancellationRequested();
                }
                finally
                {
                    Leave(queue, id, wait);
                }
            }
        }
        catch (OperationCanceledException) when (time.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw NotEnded(queue, id, timeout);
        }
        catch (OperationCanceledException e) when (cancellationToken.IsCancellationRequested)
        {
            // Told by his own token, the caller knows his own cancel.
            throw new OperationCanceledException(e.Message, e, cancellationToken);
        }
    }

    private static TimeoutException NotEnded(string queue, string id, TimeSpan timeout) =>
        new($"Job '{id}' of queue '{queue}' has not ended within {timeout}.");

    private async Task<(JobState State, string Result, string Errors)> LookAsync(string queue, string id, CancellationToken cancellationToken)
    {
        var key = queues.For(queue).Job(id);
        var reply = (RedisResult[])(await redis.CallAsync(
            multiplexer => Await.RunAsync(multiplexer.GetDatabase(), [key], []), cancellationToken))!;
        return reply.Length > 0 && JobStates.FromWire((string?)reply[0]) is { } state
            ? (state, (string)reply[1]!, (string)reply[2]!)
            : throw new JobNotFoundException(queue, id);
    }

    private async Task SubscribeAsync(string queue)
    {
        // Not with a caller's token: others wait for the same subscription.
        var subscription = subscriptions.GetOrAdd(queue, static (name, self) => new Lazy<Task>(() => self.SubscribeNowAsync(name)), this);
        try
        {
            await subscription.Value;
        }
        catch
        {
            subscriptions.TryRemove(new KeyValuePair<string, Lazy<Task>>(queue, subscription));
            throw;
        }
    }

    private async Task SubscribeNowAsync(string queue)
    {
        var channel = RedisChannel.Literal(queues.For(queue).Ended);
        Action<RedisChannel, RedisValue> told = (_, id) => Ended(queue, id.ToString());
        await redis.CallAsync(
            async multiplexer =>
            {
                var subscriber = multiplexer.GetSubscriber();
                try
                {
                    await subscriber.SubscribeAsync(channel, told);
                }
                catch
                {
                    // The client keeps the handler of a subscription that failed, and each further try would add one.
                    await subscriber.UnsubscribeAsync(channel, told, CommandFlags.FireAndForget);
                    throw;
                }

                return true;
            },
            CancellationToken.None);
    }

    private Wait Join(string queue, string id)
    {
        lock (gate)
        {
            if (!waits.TryGetValue((queue, id), out var wait))
            {
                waits[(queue, id)] = wait = new Wait();
            }

            wait.Waiters++;
            return wait;
        }
    }

    private void Leave(string queue, string id, Wait wait)
    {
        lock (gate)
        {
            if (--wait.Waiters == 0 && waits.GetValueOrDefault((queue, id)) == wait)
            {
                waits.Remove((queue, id));
            }
        }
    }

    private void Ended(string queue, string id)
    {
        Wait? wait;
        lock (gate)
        {
            waits.Remove((queue, id), out wait);
        }

        wait?.Told.TrySetResult();
    }

    /// <summary>All who wait for one job.</summary>
    private sealed class Wait
    {
        public TaskCompletionSource Told { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public int Waiters { get; set; }
    }
}
