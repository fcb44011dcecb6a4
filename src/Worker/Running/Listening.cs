using StackExchange.Redis;

namespace FunctionJobs.Worker;

/// <summary>What a worker listens to on its connections, which may be the app's and outlive it.</summary>
internal sealed class Listening
{
    private readonly List<Ear> ears = [];
    private volatile bool isStopped;

    /// <param name="redis">The connection.</param>
    /// <param name="channel">The channel.</param>
    /// <param name="heard">Gets each message.</param>
    /// <param name="restored">Called when the connection is back: messages were missed.</param>
    public async Task StartAsync(IConnectionMultiplexer redis, RedisChannel channel, Action<RedisValue> heard, Action restored)
    {
        var ear = new Ear(redis, channel, (_, message) => heard(message), (_, _) => restored());
        await redis.GetSubscriber().SubscribeAsync(channel, ear.Heard);
        redis.ConnectionRestored += ear.Restored;
        ears.Add(ear);
    }

    /// <summary>
    /// Listens at the primary to what is listened to at a replica. When a primary of a cluster becomes a replica in a planned failover, it ends
    /// the subscriptions of its slots; the client then asks the same server again, which may take it as the replica that it is now. What is
    /// published arrives there too, but who asks the primary is told that nobody listens.
    /// </summary>
    public Task LeaveReplicasAsync() =>
        Task.WhenAll(ears.Where(ear => ear.MustMove || ear.IsAtReplica()).Select(MoveAsync));

    /// <summary>Listens no more. Does not wait for Redis.</summary>
    public void Stop()
    {
        isStopped = true;
        foreach (var ear in ears)
        {
            ear.Close();
        }
    }

    private async Task MoveAsync(Ear ear)
    {
        ear.MustMove = true;
        var subscriber = ear.Redis.GetSubscriber();
        subscriber.Unsubscribe(ear.Channel, ear.Heard, CommandFlags.FireAndForget);
        await subscriber.SubscribeAsync(ear.Channel, ear.Heard);
        ear.MustMove = false;
        if (isStopped)
        {
            ear.Close();
        }
    }

    private sealed record Ear(
        IConnectionMultiplexer Redis,
        RedisChannel Channel,
        Action<RedisChannel, RedisValue> Heard,
        EventHandler<ConnectionFailedEventArgs> Restored)
    {
        /// <summary>A move was begun and failed.</summary>
        public bool MustMove { get; set; }

        public bool IsAtReplica() =>
            Redis.GetSubscriber().SubscribedEndpoint(Channel) is { } server && Redis.GetServer(server).IsReplica;

        public void Close()
        {
            Redis.ConnectionRestored -= Restored;
            try
            {
                Redis.GetSubscriber().Unsubscribe(Channel, Heard, CommandFlags.FireAndForget);
            }
            catch (ObjectDisposedException)
            {
                // The app has closed its connection before.
            }
        }
    }
}
