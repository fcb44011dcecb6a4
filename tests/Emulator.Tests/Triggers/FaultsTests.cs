using FunctionJobs.Emulator.Startup;
using FunctionJobs.Emulator.Triggers;
using FunctionJobs.LocalServices;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace FunctionJobs.Emulator.Tests.Triggers;

public sealed class FaultsTests
{
    private static IDatabase Redis => SharedRedis.Database;

    [Fact]
    public async Task Without_faults_a_loop_outlives_a_redis_error_and_warns_once()
    {
        await using var app = await EmulatedApp.StartAsync([typeof(FromList), typeof(Beside)]);
        await Redis.StringSetAsync(app.Key, "not a list");
        await Eventually.TrueAsync(() => app.Log.At(LogLevel.Warning).Count == 1, "it warns");
        await app.TenPollsAsync();
        Assert.Contains("WRONGTYPE", Assert.Single(app.Log.At(LogLevel.Warning)).Exception!.Message, StringComparison.Ordinal);

        await Redis.KeyDeleteAsync(app.Key);
        await Redis.ListRightPushAsync(app.Key, "a");
        await app.Probe.HasEndedAsync("a");
    }

    [Fact]
    public async Task Without_faults_a_stream_that_was_deleted_gets_its_group_again()
    {
        await using var app = await EmulatedApp.StartAsync<FromStream>();
        await Redis.StreamAddAsync(app.Key, "a", "1", "1-0");
        await app.Probe.HasEndedAsync("""{"Id":"1-0","Values":{"a":"1"}}""");
        await Redis.KeyDeleteAsync(app.Key);
        await Redis.StreamAddAsync(app.Key, "b", "1", "2-0");
        await app.Probe.HasEndedAsync("""{"Id":"2-0","Values":{"b":"1"}}""");
    }

    [Fact]
    public async Task A_loop_that_dies_on_a_redis_error_says_nothing_and_never_comes_back()
    {
        await using var server = await LocalRedis.StartAsync();
        await using var app = await EmulatedApp.StartAsync<FromList>(new() { Faults = "DieOnRedisError", Redis = server.ConnectionString });
        await using (var connection = await ConnectionMultiplexer.ConnectAsync(server.ConnectionString + ",allowAdmin=true"))
        {
            await connection.GetDatabase().StringSetAsync(app.Key, "not a list");
            await Eventually.TrueAsync(async () => await PopErrorsAsync(connection) == 1, "the first error");
            await connection.GetDatabase().KeyDeleteAsync(app.Key);
            await connection.GetDatabase().ListRightPushAsync(app.Key, "a");
            var pops = await PopsAsync(connection);

            // Another app on the same server, to measure the time by.
            await using var other = await EmulatedApp.StartAsync([typeof(Beside)]);
            await other.TenPollsAsync();
            Assert.Equal(pops, await PopsAsync(connection));
        }

        Assert.Empty(app.Probe.Started);
        Assert.Empty(app.Log.At(LogLevel.Warning));
        Assert.Empty(app.Log.At(LogLevel.Error));
    }

    [Fact]
    public async Task A_loop_that_dies_after_some_polls_leaves_the_rest()
    {
        await using var app = EmulatedApp.Build([typeof(FromList)], new() { Faults = "DieAfterPolls=2" });
        await Redis.ListRightPushAsync(app.Key, ["a", "b", "c", "d", "e"]);
        await app.Host.StartAsync(TestContext.Current.CancellationToken);
        await app.Probe.HasEndedAsync("d");

        await using var other = await EmulatedApp.StartAsync<Beside>();
        await other.TenPollsAsync();
        Assert.Equal("e", await Redis.ListGetByIndexAsync(app.Key, 0));
    }

    [Fact]
    public async Task A_lost_batch_is_popped_and_never_run()
    {
        await using var app = await EmulatedApp.StartAsync<FromList>(new() { Faults = "LoseBatch" });
        await Redis.ListRightPushAsync(app.Key, ["a", "b", "c"]);
        await Eventually.TrueAsync(async () => await Redis.ListLengthAsync(app.Key) == 0, "all are popped");
        await app.StopAsync();
        Assert.Empty(app.Probe.Started);
    }

    [Fact]
    public async Task A_dropped_consumer_takes_what_it_read_with_it()
    {
        await using var app = await EmulatedApp.StartAsync<FromStream>(new() { Faults = "DropConsumer" });
        await Redis.StreamAddAsync(app.Key, "a", "1", "1-0");
        await Eventually.TrueAsync(async () => (await Redis.StreamGroupInfoAsync(app.Key)) is [{ LastDeliveredId: "1-0", PendingMessageCount: 0 }], "it is read and dropped");
        await app.StopAsync();
        Assert.Empty(app.Probe.Started);
    }

    [Fact]
    public async Task A_crash_before_the_invocation_comes_between_pop_and_run()
    {
        await using var app = await EmulatedApp.StartAsync<FromList>(new() { Faults = "CrashBeforeInvoke=2" });
        await Redis.ListRightPushAsync(app.Key, ["a", "b", "c"]);
        await app.Killed.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.Equal(0, await Redis.ListLengthAsync(app.Key));
        Assert.DoesNotContain("c", app.Probe.Started);
    }

    [Theory]
    [InlineData("Sleep")]
    [InlineData("LoseBatch=2")]
    [InlineData("DropConsumer=0")]
    [InlineData("DieAfterPolls")]
    [InlineData("DieAfterPolls=0")]
    [InlineData("DieOnRedisError=1")]
    public void A_fault_that_is_not_one_is_refused(string text)
    {
        var refusal = Assert.Throws<StartupException>(() => Faults.Parse(text, Random.Shared));
        Assert.Contains("Emulator:Faults", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_rate_strikes_some_of_the_time()
    {
        var faults = Faults.Parse("LoseBatch=0.25", new Random(1));
        Assert.InRange(Enumerable.Range(0, 1000).Count(_ => faults.LosesBatch()), 150, 350);
    }

    private static async Task<long> PopErrorsAsync(ConnectionMultiplexer connection) => await StatAsync(connection, "failed_calls=");

    private static async Task<long> PopsAsync(ConnectionMultiplexer connection) => await StatAsync(connection, ":calls=");

    private static async Task<long> StatAsync(ConnectionMultiplexer connection, string name)
    {
        var all = (string?)await connection.GetDatabase().ExecuteAsync("INFO", "commandstats");
        var line = all!.Split('\n').Single(text => text.StartsWith("cmdstat_lpop:", StringComparison.Ordinal));
        var start = line.IndexOf(name, StringComparison.Ordinal) + name.Length;
        return long.Parse(new string([.. line[start..].TakeWhile(char.IsAsciiDigit)]), System.Globalization.CultureInfo.InvariantCulture);
    }
}
