using FunctionJobs.LocalServices;
using FunctionJobs.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using StackExchange.Redis;

namespace FunctionJobs.Tests;

/// <summary>A worker that Redis would refuse a step does not start, and says which.</summary>
public sealed class StartupChecksTests
{
    [Fact]
    public async Task A_user_who_may_not_do_all_is_told_what_is_missing()
    {
        await using var server = await LocalRedis.StartAsync();
        await using var admin = await ConnectionMultiplexer.ConnectAsync(server.ConnectionString);
        Task AllowAsync(params object[] rules) => admin.GetDatabase().ExecuteAsync("ACL", ["SETUSER", "app", .. rules]);
        string[] commands =
        [
            "time", "exists", "del", "pexpire", "hget", "hmget", "hset", "hdel", "hincrby", "zadd", "zrem", "zscore", "zcard", "zrange",
            "zrangebyscore", "zpopmin", "zremrangebyscore", "rpush", "lpop", "llen", "lrange", "lrem", "ltrim", "xadd", "xlen", "xtrim",
        ];

        foreach (var command in commands)
        {
            await AllowAsync("reset", "on", ">secret", "~*", "&*", "+@all", $"-{command}");
            Assert.Contains($": {command.ToUpperInvariant()} (", await RefusalAsync(), StringComparison.Ordinal);
        }

        await AllowAsync("reset", "on", ">secret", "~*", "+@all");
        Assert.Contains(": PUBLISH jobs:{", await RefusalAsync(), StringComparison.Ordinal);
        await AllowAsync("reset", "on", ">secret", "~*", "&*", "+@all", "-eval", "-evalsha");
        Assert.Contains(": a script (NOPERM", await RefusalAsync(), StringComparison.Ordinal);
        await AllowAsync("reset", "on", ">secret", "~other:*", "&*", "+@all");
        Assert.Contains(": a script (NOPERM", await RefusalAsync(), StringComparison.Ordinal);
        await AllowAsync("reset", "on", ">secret", "~*", "&*", "+@all");
        Assert.Empty(await RefusalAsync());

        async Task<string> RefusalAsync()
        {
            await using var queue = await TestQueue.CreateAsync(
                ConfigurationOptions.Parse($"{server.ConnectionString},user=app,password=secret"), Doorbell.Stream);
            var refusal = await Record.ExceptionAsync(() => queue.StartHostAsync((_, _) => Task.FromResult<string?>(null)));
            return refusal is null ? "" : Assert.IsType<JobWorkerStartException>(refusal).Message;
        }
    }

    [Fact]
    public async Task A_connection_with_a_prefix_for_channels_is_refused()
    {
        await using var queue = await TestQueue.CreateAsync(redis: $"{Servers.Redis},channelPrefix=app:");

        var refusal = await Assert.ThrowsAsync<JobWorkerStartException>(() => queue.StartHostAsync((_, _) => Task.FromResult<string?>(null)));

        Assert.StartsWith("The worker's Redis connection has a channelPrefix.", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("available")]
    [InlineData("executing")]
    [InlineData("inbox")]
    [InlineData("stats")]
    public async Task A_key_that_holds_something_else_is_named(string key)
    {
        await using var queue = await TestQueue.CreateAsync();
        var name = $"jobs:{{{queue.Queue.Name}}}:{key}";
        await queue.Database.StringSetAsync(name, "something else");

        var refusal = await Assert.ThrowsAsync<JobWorkerStartException>(() => queue.StartHostAsync((_, _) => Task.FromResult<string?>(null)));

        Assert.Contains($": {name} (WRONGTYPE", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("rename or delete it", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_Redis_with_several_modules_each_a_line_of_the_same_name_is_read()
    {
        var info = Inspect.InfoOf(
            "# Server\r\nredis_version:8.2.0\r\n\r\n# Modules\r\nmodule:name=vectorset,ver=1\r\nmodule:name=bf,ver=80200\r\n\r\n# Cluster\r\ncluster_enabled:0\r\n");

        Assert.Equal(("8.2.0", "0"), (info["redis_version"], info["cluster_enabled"]));
    }

    [Theory]
    [InlineData("6.0.16", "0", "6.2")]
    [InlineData("6.2.0", "0", null)]
    [InlineData("6.2.14", "1", "7.0")]
    [InlineData("7.0.0", "1", null)]
    public void A_Redis_that_is_too_old_is_named_with_the_least_version_and_a_cluster_needs_a_newer_one(string version, string cluster, string? least)
    {
        var reason = StartupChecks.TooOld(new() { ["redis_version"] = version, ["cluster_enabled"] = cluster });

        Assert.Equal(least is null, reason is null);
        if (least is not null)
        {
            Assert.Contains(version, reason, StringComparison.Ordinal);
            Assert.Contains(least, reason, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData(",password=wrong-word")]
    [InlineData(",user=nobody,password=right-word")]
    public async Task A_wrong_login_is_said_to_be_one_and_no_password_is_told(string login)
    {
        await using var server = await LocalRedis.StartAsync(new() { Arguments = ["--requirepass", "right-word"] });
        await using var queue = await TestQueue.CreateAsync(redis: $"{server.ConnectionString},abortConnect=false{login}");

        var refusal = await Assert.ThrowsAsync<JobWorkerStartException>(() => queue.StartHostAsync((_, _) => Task.FromResult<string?>(null)));

        Assert.Equal("Redis refuses the login. Check user and password in the connection string.", refusal.Message);
    }

    [Fact]
    public async Task A_wrong_login_is_said_to_be_one_when_Redis_was_away_at_first()
    {
        await using var server = await LocalRedis.StartAsync(new() { Arguments = ["--requirepass", "right-word"] });
        await server.StopAsync();
        await using var queue = await TestQueue.CreateAsync(redis: $"{server.ConnectionString},abortConnect=false,password=wrong-word");
        await Assert.ThrowsAsync<RedisConnectionException>(() => queue.Database.PingAsync());
        await server.RestartAsync();
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddSingleton(queue.Redis).AddJobWorker().AddQueue(queue.Queue).AddJob<Probe, ProbeHandler>();
        using var host = builder.Build();

        var refusal = await Assert.ThrowsAsync<JobWorkerStartException>(() => host.CheckJobWorkerAsync());

        Assert.Equal("Redis refuses the login. Check user and password in the connection string.", refusal.Message);
    }

    [Fact]
    public async Task A_worker_that_finds_a_replica_which_is_about_to_be_promoted_starts()
    {
        await using var server = await LocalRedis.StartAsync(new() { Arguments = ["--replicaof", "127.0.0.1", "1"] });
        await using var queue = await TestQueue.CreateAsync(redis: $"{server.ConnectionString},allowAdmin=true");

        await queue.StartWorkerAsync((job, _) => Task.FromResult<string?>(job.Word));
        await queue.Database.ExecuteAsync("REPLICAOF", "NO", "ONE");

        Assert.Equal("word", await (await queue.EnqueueAsync()).WaitForResultAsync<string>(TimeSpan.FromSeconds(20)));
    }

    [Fact]
    public async Task A_worker_that_finds_Redis_loading_its_data_starts_when_that_is_done()
    {
        await using var server = await LoadingRedis.StartAsync(TimeSpan.FromSeconds(2));
        await using var queue = await TestQueue.CreateAsync(redis: server.ConnectionString);
        await server.RestartAsync();

        await queue.StartWorkerAsync((job, _) => Task.FromResult<string?>(job.Word));

        Assert.Equal("word", await (await queue.EnqueueAsync()).WaitForResultAsync<string>(TimeSpan.FromSeconds(20)));
    }

    [Fact]
    public async Task A_worker_for_which_Redis_loads_its_data_too_long_says_so()
    {
        await using var server = await LoadingRedis.StartAsync(TimeSpan.FromSeconds(18));
        await using var queue = await TestQueue.CreateAsync(redis: server.ConnectionString);
        await server.RestartAsync();

        var refusal = await Assert.ThrowsAsync<JobWorkerStartException>(() => queue.StartHostAsync((_, _) => Task.FromResult<string?>(null)));

        Assert.Equal("Redis is loading its data, as after a restart, and takes no calls yet. Try again when it has.", refusal.Message);
    }

    [Fact]
    public async Task A_full_Redis_keeps_no_worker_from_starting()
    {
        await using var server = await LocalRedis.StartAsync(new() { Arguments = ["--maxmemory", "1"] });
        await using var queue = await TestQueue.CreateAsync(redis: server.ConnectionString);
        Assert.Contains("maxmemory", (await Assert.ThrowsAsync<JobQueueUnavailableException>(() => queue.EnqueueAsync())).Message, StringComparison.Ordinal);

        await queue.StartHostAsync((_, _) => Task.FromResult<string?>(null));

        Assert.False(await queue.Database.KeyExistsAsync(queue.Keys.Trial));
    }
}
