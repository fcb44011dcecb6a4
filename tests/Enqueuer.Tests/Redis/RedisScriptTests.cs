using FunctionJobs.LocalServices;
using StackExchange.Redis;

namespace FunctionJobs.Tests;

public sealed class RedisScriptTests
{
    [Fact]
    public async Task The_text_goes_with_the_first_use_and_only_the_hash_with_the_others()
    {
        await using var server = await LocalRedis.StartAsync();
        await using var redis = await ConnectionMultiplexer.ConnectAsync(server.ConnectionString + ",allowAdmin=true");
        var script = RedisScript.Load<JobQueue>("await");

        for (var use = 0; use < 3; use++)
        {
            await script.RunAsync(redis.GetDatabase(), ["no-such-job"], []);
        }

        var stats = await StatisticsAsync(redis);
        Assert.StartsWith("calls=1,", stats["cmdstat_eval"], StringComparison.Ordinal);
        Assert.StartsWith("calls=2,", stats["cmdstat_evalsha"], StringComparison.Ordinal);
        Assert.EndsWith("failed_calls=0", stats["cmdstat_evalsha"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task When_Redis_forgets_its_scripts_in_the_middle_every_job_is_enqueued_once()
    {
        await using var server = await LocalRedis.StartAsync();
        await using var test = await TestEnqueuer.CreateAsync(server.ConnectionString);

        for (var round = 0; round < 20; round++)
        {
            var enqueues = Enumerable.Range(0, 50).Select(_ => Task.Run(() => test.EnqueueAsync())).ToList();
            await test.Redis.GetServers()[0].ScriptFlushAsync();
            await Task.WhenAll(enqueues);
        }

        Assert.Equal(1_000, await test.Database.SortedSetLengthAsync(test.Keys.Available));
        Assert.Equal(1_000, (await test.KeysInRedisAsync()).Count(key => key.Contains(":job:", StringComparison.Ordinal)));
        Assert.DoesNotContain("failed_calls=0", (await StatisticsAsync(test.Redis))["cmdstat_evalsha"], StringComparison.Ordinal);
    }

    private static async Task<Dictionary<string, string>> StatisticsAsync(IConnectionMultiplexer redis) =>
        (await redis.GetServers()[0].InfoAsync("commandstats")).SelectMany(section => section).ToDictionary(line => line.Key, line => line.Value);
}
