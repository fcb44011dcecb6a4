using System.Globalization;
using System.Net;
using FunctionJobs.LocalServices;
using StackExchange.Redis;

namespace FunctionJobs.Tests;

/// <summary>Three masters on loopback that share the slots.</summary>
public sealed class LocalCluster : IAsyncDisposable
{
    private const int Slots = 16384;

    private readonly List<LocalRedis> nodes;

    private LocalCluster(IEnumerable<LocalRedis> nodes) => this.nodes = [.. nodes];

    public string ConnectionString => string.Join(',', nodes.Select(node => node.ConnectionString));

    /// <param name="arguments">More arguments for each node.</param>
    public static async Task<LocalCluster> StartAsync(params string[] arguments)
    {
        var nodes = await Task.WhenAll(Enumerable.Range(0, 3).Select(
            _ => LocalRedis.StartAsync(new() { Arguments = ["--cluster-enabled", "yes", "--cluster-node-timeout", "2000", .. arguments] })));
        var cluster = new LocalCluster(nodes);
        for (var n = 0; n < nodes.Length; n++)
        {
            await CommandAsync(nodes[n], "ADDSLOTSRANGE", Number(Slots * n / 3), Number((Slots * (n + 1) / 3) - 1));
            await CommandAsync(nodes[n], "SET-CONFIG-EPOCH", Number(n + 1));
        }

        foreach (var other in nodes.Skip(1))
        {
            await CommandAsync(nodes[0], "MEET", "127.0.0.1", Number(other.Port));
        }

        foreach (var node in nodes)
        {
            await Eventually.TrueAsync(
                async () => await CommandAsync(node, "INFO") is var info
                    && info.Contains("cluster_state:ok", StringComparison.Ordinal) && info.Contains("cluster_known_nodes:3", StringComparison.Ordinal),
                "the cluster is complete");
        }

        return cluster;
    }

    /// <summary>The node that has a key.</summary>
    public LocalRedis NodeOf(IConnectionMultiplexer redis, RedisKey key) =>
        nodes.Single(node => redis.GetDatabase().IdentifyEndpoint(key) is IPEndPoint endpoint && endpoint.Port == node.Port);

    /// <summary>A new node takes over from another, which stays as its replica.</summary>
    /// <returns>The new primary.</returns>
    public async Task<LocalRedis> FailOverAsync(LocalRedis primary)
    {
        var replica = await AddReplicaAsync(primary);
        await PromoteAsync(replica, primary);
        return replica;
    }

    /// <summary>Adds a replica of a node.</summary>
    public async Task<LocalRedis> AddReplicaAsync(LocalRedis primary)
    {
        var replica = await LocalRedis.StartAsync(new() { Arguments = ["--cluster-enabled", "yes", "--cluster-node-timeout", "2000"] });
        nodes.Add(replica);
        await CommandAsync(replica, "MEET", "127.0.0.1", Number(primary.Port));
        var id = await CommandAsync(primary, "MYID");
        await Eventually.TrueAsync(
            async () => (await CommandAsync(replica, "NODES")).Contains(id, StringComparison.Ordinal) && await CommandAsync(replica, "REPLICATE", id) == "OK",
            "the new node is a replica");
        return replica;
    }

    /// <summary>A replica takes over, and the primary stays as its replica.</summary>
    public async Task PromoteAsync(LocalRedis replica, LocalRedis primary)
    {
        var (newId, id) = (await CommandAsync(replica, "MYID"), await CommandAsync(primary, "MYID"));
        await Eventually.TrueAsync(
            async () =>
            {
                if (await RoleAsync(replica) == "master")
                {
                    return true;
                }

                // Refused until the replica is connected.
                await CommandAsync(replica, "FAILOVER");
                return false;
            },
            "the replica has taken over");
        foreach (var node in nodes)
        {
            await Eventually.TrueAsync(
                async () => (await CommandAsync(node, "NODES")).Split('\n') is var known
                    && known.Any(line => IsOne(line, newId, "master")) && known.Any(line => IsOne(line, id, "slave")),
                "all nodes know the new primary");
        }

        static bool IsOne(string line, string id, string role) =>
            line.StartsWith(id, StringComparison.Ordinal) && line.Contains(role, StringComparison.Ordinal);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in nodes)
        {
            await node.DisposeAsync();
        }
    }

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static async Task<string> RoleAsync(LocalRedis node)
    {
        await using var connection = await ConnectionMultiplexer.ConnectAsync($"{node.ConnectionString},allowAdmin=true");
        return ((RedisResult[])(await connection.GetServers()[0].ExecuteAsync("ROLE"))!)[0].ToString();
    }

    private static async Task<string> CommandAsync(LocalRedis node, params object[] arguments)
    {
        await using var connection = await ConnectionMultiplexer.ConnectAsync($"{node.ConnectionString},allowAdmin=true");
        return (await connection.GetServers()[0].ExecuteAsync("CLUSTER", arguments)).ToString();
    }
}
