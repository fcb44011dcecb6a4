using System.Text.RegularExpressions;
using FunctionJobs.LocalServices;
using FunctionJobs.Worker;
using StackExchange.Redis;

namespace FunctionJobs.Tests;

/// <summary>Where a worker listens after a planned failover of a cluster, whose old primary lives on as a replica.</summary>
public sealed partial class ListeningTests
{
    private static readonly RedisChannel Channel = RedisChannel.Sharded("jobs:{moved}:worker:one");

    [Fact]
    public async Task Who_listens_at_a_replica_moves_to_the_primary()
    {
        await using var cluster = await LocalCluster.StartAsync();
        var (primary, replica) = await FailOverAsync(cluster);
        await using var redis = await ConnectionMultiplexer.ConnectAsync(cluster.ConnectionString);
        var heard = new List<string>();
        var listening = await ListenAtReplicaAsync(redis, message => heard.Add(message.ToString()));
        Assert.Equal((0, 1), (await ListenersAsync(primary), await ListenersAsync(replica)));

        await listening.LeaveReplicasAsync();

        Assert.Equal((1, 0), (await ListenersAsync(primary), await ListenersAsync(replica)));
        await redis.GetDatabase().PublishAsync(Channel, "word");
        await Eventually.TrueAsync(() => heard is ["word"], "what was published is heard once");
        listening.Stop();
        await Eventually.EqualAsync(0, () => ListenersAsync(primary), "listeners after the stop");
    }

    [Fact]
    public async Task Who_listens_at_the_primary_stays_there_though_the_client_knew_it_as_a_replica()
    {
        await using var cluster = await LocalCluster.StartAsync();
        var old = await PrimaryOfAsync(cluster);
        var primary = await cluster.AddReplicaAsync(old);
        await using var redis = await ConnectionMultiplexer.ConnectAsync(cluster.ConnectionString);
        await Eventually.TrueAsync(() => redis.GetServers().Any(server => server.IsReplica), "the client knows of the replica");
        var listening = new Listening();
        await listening.StartAsync(redis, Channel, _ => { }, restored: () => { });
        await cluster.PromoteAsync(primary, old);
        await Eventually.TrueAsync(
            async () =>
            {
                // As a heartbeat does.
                await redis.GetDatabase().KeyExistsAsync("jobs:{moved}:workers");
                await listening.LeaveReplicasAsync();
                return await ListenersAsync(primary) == 1;
            },
            "it listens at the new primary");
        var before = await SubscriptionsAsync(primary);

        await listening.LeaveReplicasAsync();

        Assert.Equal(before, await SubscriptionsAsync(primary));
        listening.Stop();
    }

    [Fact]
    public async Task Who_stops_while_it_moves_listens_nowhere()
    {
        await using var cluster = await LocalCluster.StartAsync();
        var (primary, replica) = await FailOverAsync(cluster);
        await using var redis = await ConnectionMultiplexer.ConnectAsync(cluster.ConnectionString);
        var listening = await ListenAtReplicaAsync(redis, _ => { });

        await primary.PauseAsync();
        var move = listening.LeaveReplicasAsync();
        listening.Stop();
        primary.Resume();
        await move;

        await Eventually.EqualAsync(0, () => ListenersAsync(primary), "listeners at the primary");
        Assert.Equal(0, await ListenersAsync(replica));
    }

    private static async Task<(LocalRedis Primary, LocalRedis Replica)> FailOverAsync(LocalCluster cluster)
    {
        var old = await PrimaryOfAsync(cluster);
        return (await cluster.FailOverAsync(old), old);
    }

    private static async Task<LocalRedis> PrimaryOfAsync(LocalCluster cluster)
    {
        await using var redis = await ConnectionMultiplexer.ConnectAsync(cluster.ConnectionString);
        return cluster.NodeOf(redis, "jobs:{moved}:available");
    }

    /// <summary>As the client does by itself, now and then, when the old primary ends its subscription: it asks the same server again.</summary>
    private static async Task<Listening> ListenAtReplicaAsync(ConnectionMultiplexer redis, Action<RedisValue> heard)
    {
        Action<RedisChannel, RedisValue> other = (_, _) => { };
        await redis.GetSubscriber().SubscribeAsync(Channel, other, CommandFlags.DemandReplica);
        var listening = new Listening();
        await listening.StartAsync(redis, Channel, heard, restored: () => { });
        await redis.GetSubscriber().UnsubscribeAsync(Channel, other);
        return listening;
    }

    private static Task<int> ListenersAsync(LocalRedis node) =>
        AskAsync(node, reply => (int)((RedisResult[])reply!)[1], "PUBSUB", "SHARDNUMSUB", Channel.ToString());

    /// <summary>How often a node was asked to take a subscription.</summary>
    private static Task<string> SubscriptionsAsync(LocalRedis node) =>
        AskAsync(node, reply => Calls().Match(reply.ToString()).Value, "INFO", "commandstats");

    [GeneratedRegex("cmdstat_ssubscribe:calls=[0-9]+")]
    private static partial Regex Calls();

    private static async Task<T> AskAsync<T>(LocalRedis node, Func<RedisResult, T> read, string command, params object[] arguments)
    {
        await using var direct = await ConnectionMultiplexer.ConnectAsync($"{node.ConnectionString},allowAdmin=true");
        var server = direct.GetServers().Single(one => one.EndPoint.ToString()!.EndsWith($":{node.Port}", StringComparison.Ordinal));
        return read(await server.ExecuteAsync(command, arguments));
    }
}
