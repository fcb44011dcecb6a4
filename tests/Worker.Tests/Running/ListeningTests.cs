using FunctionJobs.LocalServices;
using FunctionJobs.Worker;
using StackExchange.Redis;

namespace FunctionJobs.Tests;

public sealed class ListeningTests
{
    [Fact]
    public async Task Who_listens_at_a_replica_after_a_planned_failover_moves_to_the_primary()
    {
        await using var cluster = await LocalCluster.StartAsync();
        var channel = RedisChannel.Sharded("jobs:{moved}:worker:one");
        var old = await NodeOfAsync();
        var primary = await cluster.FailOverAsync(old);
        await using var redis = await ConnectionMultiplexer.ConnectAsync(cluster.ConnectionString);
        // As the client does by itself, now and then, when the old primary ends its subscription: it asks the same server again.
        Action<RedisChannel, RedisValue> other = (_, _) => { };
        await redis.GetSubscriber().SubscribeAsync(channel, other, CommandFlags.DemandReplica);
        var listening = new Listening();
        var heard = new List<string>();
        await listening.StartAsync(redis, channel, message => heard.Add(message.ToString()), restored: () => { });
        await redis.GetSubscriber().UnsubscribeAsync(channel, other);
        Assert.Equal((1, 0), (await ListenersAsync(old), await ListenersAsync(primary)));

        await listening.LeaveReplicasAsync();

        Assert.Equal((0, 1), (await ListenersAsync(old), await ListenersAsync(primary)));
        await redis.GetDatabase().PublishAsync(channel, "word");
        await Eventually.TrueAsync(() => heard is ["word"], "what was published is heard once");
        listening.Stop();
        await Eventually.EqualAsync(0, () => ListenersAsync(primary), "listeners after the stop");

        async Task<LocalRedis> NodeOfAsync()
        {
            await using var first = await ConnectionMultiplexer.ConnectAsync(cluster.ConnectionString);
            return cluster.NodeOf(first, "jobs:{moved}:available");
        }

        async Task<int> ListenersAsync(LocalRedis node)
        {
            await using var direct = await ConnectionMultiplexer.ConnectAsync(node.ConnectionString);
            return (int)((RedisResult[])(await direct.GetServers().Single(server => server.EndPoint.ToString()!.EndsWith($":{node.Port}", StringComparison.Ordinal))
                .ExecuteAsync("PUBSUB", "SHARDNUMSUB", channel.ToString()))!)[1];
        }
    }
}
