using FunctionJobs.LocalServices;
using StackExchange.Redis;

namespace FunctionJobs.Tests;

public sealed class LocalRedisTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("appendonly", "yes")]
    [InlineData("appendfsync", "everysec")]
    [InlineData("maxmemory-policy", "noeviction")]
    [InlineData("bind", "127.0.0.1")]
    public async Task It_keeps_an_append_only_file_evicts_nothing_and_listens_on_loopback(string setting, string value)
    {
        await using var redis = await LocalRedis.StartAsync(cancellationToken: Cancellation);

        Assert.Equal($"{setting} {value}", await RedisClient.ExecuteAsync(redis, "CONFIG", "GET", setting));
    }

    [Fact]
    public async Task More_arguments_win_over_the_defaults()
    {
        await using var redis = await LocalRedis.StartAsync(
            new LocalRedisOptions { Arguments = ["--appendfsync", "always", "--maxmemory", "20mb"] }, Cancellation);

        Assert.Equal("appendfsync always", await RedisClient.ExecuteAsync(redis, "CONFIG", "GET", "appendfsync"));
        Assert.Equal("maxmemory 20971520", await RedisClient.ExecuteAsync(redis, "CONFIG", "GET", "maxmemory"));
    }

    [Fact]
    public async Task Killed_and_restarted_it_has_what_was_appended_on_the_same_port()
    {
        await using var redis = await LocalRedis.StartAsync(new LocalRedisOptions { Arguments = ["--appendfsync", "always"] }, Cancellation);
        var port = redis.Port;
        await RedisClient.ExecuteAsync(redis, "SET", "job", "kept");

        redis.Kill();
        await Eventually.TrueAsync(() => redis.ProcessId is null, "Redis is gone");
        await redis.RestartAsync(Cancellation);

        Assert.Equal(port, redis.Port);
        Assert.Equal("kept", await RedisClient.ExecuteAsync(redis, "GET", "job"));
    }

    [Fact]
    public async Task Paused_it_answers_nothing_until_it_is_resumed()
    {
        await using var redis = await LocalRedis.StartAsync(cancellationToken: Cancellation);
        await using var connection = await ConnectionMultiplexer.ConnectAsync($"{redis.ConnectionString},asyncTimeout=300");

        await redis.PauseAsync(Cancellation);
        await Assert.ThrowsAsync<RedisTimeoutException>(() => connection.GetDatabase().PingAsync());

        redis.Resume();
        await Eventually.TrueAsync(async () => await connection.GetDatabase().PingAsync() > TimeSpan.Zero, "Redis answers again");
    }

    [Fact]
    public async Task A_second_start_finds_the_data_of_the_first()
    {
        using var folder = new TemporaryFolder();
        await using (var first = await LocalRedis.StartAsync(new LocalRedisOptions { Folder = folder.Path }, Cancellation))
        {
            await RedisClient.ExecuteAsync(first, "SET", "job", "kept");
        }

        await using var second = await LocalRedis.StartAsync(new LocalRedisOptions { Folder = folder.Path }, Cancellation);

        Assert.Equal("kept", await RedisClient.ExecuteAsync(second, "GET", "job"));
    }

    [Fact]
    public async Task Two_owners_cannot_share_a_folder()
    {
        using var folder = new TemporaryFolder();
        await using var first = await LocalRedis.StartAsync(new LocalRedisOptions { Folder = folder.Path }, Cancellation);

        var error = await Assert.ThrowsAsync<LocalServerException>(
            () => LocalRedis.StartAsync(new LocalRedisOptions { Folder = folder.Path }, Cancellation));

        Assert.Contains($"is in use by another run (process {Environment.ProcessId})", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_lock_that_cannot_be_made_is_not_taken_for_another_owner()
    {
        using var folder = new TemporaryFolder();
        // A link to itself leads nowhere.
        File.CreateSymbolicLink(folder.File("owner"), "owner");

        var error = await Assert.ThrowsAsync<LocalServerException>(
            () => LocalRedis.StartAsync(new LocalRedisOptions { Folder = folder.Path }, Cancellation));

        Assert.StartsWith($"The folder {folder.Path} cannot be used: ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_cannot_start_shows_the_end_of_its_log()
    {
        var error = await Assert.ThrowsAsync<LocalServerException>(
            () => LocalRedis.StartAsync(new LocalRedisOptions { Arguments = ["--no-such-setting", "1"] }, Cancellation));

        Assert.Contains("no-such-setting", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_temporary_folder_is_deleted_afterwards()
    {
        string folder;
        await using (var redis = await LocalRedis.StartAsync(cancellationToken: Cancellation))
        {
            folder = redis.Folder;
            Assert.True(Directory.Exists(folder));
        }

        Assert.False(Directory.Exists(folder));
    }
}
