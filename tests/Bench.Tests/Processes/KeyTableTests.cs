using System.Globalization;
using FunctionJobs.Bench;
using FunctionJobs.LocalServices;
using StackExchange.Redis;

namespace FunctionJobs.Tests;

public sealed class KeyTableTests
{
    private const int Doubling = 131_072;
    private const int Pointer = 8;

    [Fact]
    public async Task A_settled_server_has_moved_all_keys_to_its_larger_table()
    {
        await using var redis = await LocalRedis.StartAsync(new LocalRedisOptions { Arguments = ["--activerehashing", "no"] });
        await using var connection = await ConnectionMultiplexer.ConnectAsync(redis.ConnectionString);
        var database = connection.GetDatabase();
        const string fill = "for i = 1, tonumber(ARGV[1]) do redis.call('SET', KEYS[1] .. i, '') end";
        await database.ScriptEvaluateAsync(fill, ["key:"], [Doubling + 1]);
        var moving = await TablesAsync(database);

        await KeyTable.SettleAsync(database);

        var settled = await TablesAsync(database);
        Assert.Equal(Doubling * Pointer, moving - settled);
    }

    /// <summary>The bytes that Redis's tables of keys take: both, while keys are moved from the one to the other.</summary>
    private static async Task<long> TablesAsync(IDatabase database)
    {
        var stats = (RedisResult[])(await database.ExecuteAsync("MEMORY", "STATS"))!;
        var tables = (RedisResult[])stats[Array.FindIndex(stats, name => name.ToString() == "db.0") + 1]!;
        var main = Array.FindIndex(tables, name => name.ToString() == "overhead.hashtable.main");
        return long.Parse(tables[main + 1].ToString(), CultureInfo.InvariantCulture);
    }
}
