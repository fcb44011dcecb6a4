using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace FunctionJobs.Emulator.Tests.Triggers;

public sealed class StreamTriggerTests
{
    private const string Group = $"Functions.{FromStream.Name}";

    private static IDatabase Redis => SharedRedis.Database;

    [Fact]
    public async Task An_entry_arrives_as_json_with_its_id_and_values()
    {
        await using var app = await EmulatedApp.StartAsync<FromStream>();
        await Redis.StreamAddAsync(app.Key, "field", "value", "1-0");
        await Redis.StreamAddAsync(app.Key, [new("quote", "\"<ä>\""), new("second", "2")], "2-0");
        await app.Probe.HasEndedAsync("""{"Id":"1-0","Values":{"field":"value"}}""");
        await app.Probe.HasEndedAsync("""{"Id":"2-0","Values":{"quote":"\"<ä>\"","second":"2"}}""");
    }

    [Fact]
    public async Task The_group_bears_the_name_that_the_real_host_gives_it_and_begins_with_the_first_entry()
    {
        await using var app = EmulatedApp.Build([typeof(FromStream)]);
        await Redis.StreamAddAsync(app.Key, "early", "1", "1-0");
        await app.Host.StartAsync(TestContext.Current.CancellationToken);
        await app.Probe.HasEndedAsync("""{"Id":"1-0","Values":{"early":"1"}}""");
        Assert.Equal(Group, Assert.Single(await Redis.StreamGroupInfoAsync(app.Key)).Name);
    }

    [Fact]
    public async Task An_entry_is_acknowledged_though_its_function_failed_and_stays_in_the_stream()
    {
        await using var app = await EmulatedApp.StartAsync<FromStream>();
        app.Probe.OnRun = (_, _) => throw new InvalidOperationException("no good");
        await Redis.StreamAddAsync(app.Key, "a", "1");
        await Eventually.TrueAsync(() => !app.Probe.Started.IsEmpty, "it ran");
        await Eventually.TrueAsync(async () => (await PendingAsync(app)) == 0, "it is acknowledged");
        Assert.Equal(1, await Redis.StreamLengthAsync(app.Key));
    }

    [Fact]
    public async Task Whoever_makes_the_group_deletes_the_extensions_own_key_and_who_finds_it_does_not()
    {
        await using var first = EmulatedApp.Build([typeof(FromStream)]);
        RedisKey own = $"{Group}-RedisStreamTrigger-{first.Key}";
        await Redis.StringSetAsync(own, 1);
        await first.Host.StartAsync(TestContext.Current.CancellationToken);
        await Eventually.TrueAsync(async () => !await Redis.KeyExistsAsync(own), "the key is deleted");

        await Redis.StringSetAsync(own, 1);
        await using var second = await EmulatedApp.StartAsync([typeof(FromStream)], new() { Configure = builder => builder.Configuration["Key"] = first.Key });
        await first.StopAsync();
        await Redis.StreamAddAsync(first.Key, "a", "1", "1-0");
        await second.Probe.HasEndedAsync("""{"Id":"1-0","Values":{"a":"1"}}""");
        Assert.True(await Redis.KeyDeleteAsync(own));
    }

    [Fact]
    public async Task A_user_who_may_not_do_that_is_told_once_that_the_host_would_end()
    {
        await using var user = await LimitedUser.CreateAsync();
        await using var app = await EmulatedApp.StartAsync<FromStream>(new() { Redis = user.ConnectionString });
        await Redis.StreamAddAsync(app.Key, "a", "1", "1-0");
        await app.Probe.HasEndedAsync("""{"Id":"1-0","Values":{"a":"1"}}""");

        var said = Assert.Single(app.Log.At(LogLevel.Critical));
        Assert.Contains($"'{FromStream.Name}' does to open {app.Key}: the real host's process would end here", said.Message, StringComparison.Ordinal);
        Assert.StartsWith("NOPERM", Assert.IsType<RedisServerException>(said.Exception).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_the_fault_of_dying_on_a_redis_error_the_process_ends_as_the_host_does()
    {
        await using var user = await LimitedUser.CreateAsync();
        await using var app = await EmulatedApp.StartAsync<FromStream>(new() { Redis = user.ConnectionString, Faults = "DieOnRedisError" });
        await app.Killed.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.Single(app.Log.At(LogLevel.Critical));
    }

    [Fact]
    public async Task What_is_pending_with_another_consumer_is_never_claimed()
    {
        await using var app = EmulatedApp.Build([typeof(FromStream), typeof(Beside)]);
        await Redis.StreamCreateConsumerGroupAsync(app.Key, Group, StreamPosition.Beginning, createStream: true);
        await Redis.StreamAddAsync(app.Key, "dead", "1", "1-0");
        await Redis.StreamReadGroupAsync(app.Key, Group, "dead consumer", StreamPosition.NewMessages);
        await Redis.StreamAddAsync(app.Key, "new", "1", "2-0");
        await app.Host.StartAsync(TestContext.Current.CancellationToken);

        await app.Probe.HasEndedAsync("""{"Id":"2-0","Values":{"new":"1"}}""");
        await app.TenPollsAsync();
        Assert.DoesNotContain(app.Probe.Started, value => value.Contains("dead", StringComparison.Ordinal));
        Assert.Equal(1, await PendingAsync(app));
    }

    [Fact]
    public async Task A_clean_stop_deletes_the_consumer_with_everything_pending()
    {
        await using var app = await EmulatedApp.StartAsync<FromStream>();
        const string held = """{"Id":"1-0","Values":{"a":"1"}}""";
        app.Probe.Hold(held);
        await Redis.StreamAddAsync(app.Key, "a", "1", "1-0");
        await app.Probe.HasStartedAsync(held);
        Assert.Equal(1, await PendingAsync(app));

        await app.StopAsync();
        Assert.Equal(0, await PendingAsync(app));
        Assert.Empty(await Redis.StreamConsumerInfoAsync(app.Key, Group));
        app.Probe.Release(held);
    }

    [Fact]
    public async Task The_consumer_is_deleted_before_the_apps_hosted_services_are_stopped()
    {
        await using var app = await EmulatedApp.StartAsync([typeof(FromStream)], new()
        {
            Configure = builder => builder.Services.AddSingleton<LooksAtStop>().AddHostedService(services => services.GetRequiredService<LooksAtStop>()),
        });
        await Redis.StreamAddAsync(app.Key, "a", "1", "1-0");
        await app.Probe.HasEndedAsync("""{"Id":"1-0","Values":{"a":"1"}}""");
        Assert.Single(await Redis.StreamConsumerInfoAsync(app.Key, Group));

        await app.StopAsync();
        Assert.Equal(0, app.Host.Services.GetRequiredService<LooksAtStop>().Consumers);
    }

    [Fact]
    public async Task The_binding_data_tells_key_id_and_values_as_json()
    {
        await using var app = await EmulatedApp.StartAsync<FromStream>();
        IReadOnlyDictionary<string, object?>? data = null;
        app.Probe.OnRun = (_, context) => data = context!.BindingContext.BindingData;
        await Redis.StreamAddAsync(app.Key, "a", "1", "1-0");
        await Eventually.TrueAsync(() => data is not null, "it ran");
        Assert.Equal(app.Key, data!["Key"]);
        Assert.Equal("1-0", data["Id"]);
        Assert.Equal("""{"a":"1"}""", data["Values"]);
        Assert.Equal("1-0", data["ID"]);
        Assert.Equal(3, data.Count);
    }

    private static async Task<long> PendingAsync(EmulatedApp app) =>
        (await Redis.StreamPendingAsync(app.Key, Group)).PendingMessageCount;

    /// <summary>One who may touch the keys of the tests and no others.</summary>
    private sealed class LimitedUser : IAsyncDisposable
    {
        private readonly string name = Unique.Name("user");

        public string ConnectionString
        {
            get
            {
                var options = ConfigurationOptions.Parse(Servers.Redis);
                (options.User, options.Password) = (name, "secret");
                return options.ToString(includePassword: true);
            }
        }

        public static async Task<LimitedUser> CreateAsync()
        {
            var user = new LimitedUser();
            await Redis.ExecuteAsync("ACL", "SETUSER", user.name, "on", ">secret", "~emulator-*", "&*", "+@all");
            return user;
        }

        public async ValueTask DisposeAsync() => await Redis.ExecuteAsync("ACL", "DELUSER", name);
    }

    private sealed class LooksAtStop(IConfiguration configuration) : IHostedService
    {
        public int? Consumers { get; private set; }

        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public async Task StopAsync(CancellationToken cancellationToken) =>
            Consumers = (await Redis.StreamConsumerInfoAsync(configuration["Key"], Group)).Length;
    }
}
