using StackExchange.Redis;

namespace FunctionJobs.Worker;

/// <summary>What a worker listens to on its connections, which may be the app's and outlive it.</summary>
internal sealed class Listening
{
    private readonly Lock gate = new();
    private readonly List<Ear> ears = [];
    private bool isStopped;

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
        lock (gate)
        {
            isStopped = true;
            foreach (var ear in ears)
            {
                ear.Redis.ConnectionRestored -= ear.Restored;
                // The client does not end a subscription that is not answered yet.
                if (!ear.IsMoving)
                {
                    ear.Close();
                }
            }
        }
    }

    private async Task MoveAsync(Ear ear)
    {
        lock (gate)
        {
            if (isStopped)
            {
                return;
            }

            ear.IsMoving = ear.MustMove = true;
        }

        try
        {
            var subscriber = ear.Redis.GetSubscriber();
            subscriber.Unsubscribe(ear.Channel, ear.Heard, CommandFlags.FireAndForget);
            await subscriber.SubscribeAsync(ear.Channel, ear.Heard);
            ear.MustMove = false;
        }
        finally
        {
            lock (gate)
            {
                ear.IsMoving = false;
                if (isStopped)
                {
                    ear.Close();
                }
            }
        }
    }

    private sealed record Ear(
        IConnectionMultiplexer Redis,
        RedisChannel Channel,
        Action<RedisChannel, RedisValue> Heard,
        EventHandler<ConnectionFailedEventArgs> Restored)
    {
        public bool IsMoving { get; set; }

        /// <summary>A move was begun, and has not succeeded.</summary>
        public bool MustMove { get; set; }

        public bool IsAtReplica()
        {
            if (Redis.GetSubscriber().SubscribedEndpoint(Channel) is not { } at)
            {
                return false;
            }

            // The client learns of a cluster's slots with its first refused call, and of a server's role only up to a minute later.
            return Redis.GetServers().FirstOrDefault(server => Equals(server.EndPoint, at)) is { ServerType: not ServerType.Cluster } server
                ? server.IsReplica
                : !Equals(Redis.GetServer((RedisKey)Channel.ToString()).EndPoint, at);
        }

        public void Close()
        {
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
