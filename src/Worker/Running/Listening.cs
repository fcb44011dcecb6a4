using StackExchange.Redis;

namespace FunctionJobs.Worker;

/// <summary>What a worker listens to on its connections, which may be the app's and outlive it.</summary>
internal sealed class Listening
{
    private readonly List<Action> ends = [];

    /// <param name="redis">The connection.</param>
    /// <param name="channel">The channel.</param>
    /// <param name="heard">Gets each message.</param>
    /// <param name="restored">Called when the connection is back: messages were missed.</param>
    public async Task StartAsync(IConnectionMultiplexer redis, RedisChannel channel, Action<RedisValue> heard, Action restored)
    {
        void Heard(RedisChannel from, RedisValue message) => heard(message);
        void Restored(object? sender, ConnectionFailedEventArgs e) => restored();

        await redis.GetSubscriber().SubscribeAsync(channel, Heard);
        redis.ConnectionRestored += Restored;
        ends.Add(() =>
        {
            redis.ConnectionRestored -= Restored;
            try
            {
                redis.GetSubscriber().Unsubscribe(channel, Heard, CommandFlags.FireAndForget);
            }
            catch (ObjectDisposedException)
            {
                // The app has closed its connection before.
            }
        });
    }

    /// <summary>Listens no more. Does not wait for Redis.</summary>
    public void Stop()
    {
        foreach (var end in ends)
        {
            end();
        }

        ends.Clear();
    }
}
