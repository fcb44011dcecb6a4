using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace FunctionJobs.Emulator.Tests.Triggers;

public sealed class ListTriggerTests
{
    private static IDatabase Redis => SharedRedis.Database;

    [Fact]
    public async Task An_entry_is_popped_before_its_function_runs()
    {
        await using var app = await EmulatedApp.StartAsync<FromList>();
        app.Probe.Hold("a");
        await Redis.ListRightPushAsync(app.Key, "a");
        await app.Probe.HasStartedAsync("a");
        Assert.Equal(0, await Redis.ListLengthAsync(app.Key));
        app.Probe.Release("a");
    }

    [Fact]
    public async Task A_batch_runs_at_once_and_its_slowest_holds_back_the_next()
    {
        await using var app = await EmulatedApp.StartAsync([typeof(FromList), typeof(Beside)]);
        app.Probe.Hold("slow");
        await Redis.ListRightPushAsync(app.Key, ["slow", "quick", "next"]);
        await app.Probe.HasEndedAsync("quick");
        await app.TenPollsAsync();
        Assert.Equal("next", await Redis.ListGetByIndexAsync(app.Key, 0));

        app.Probe.Release("slow");
        await app.Probe.HasEndedAsync("next");
    }

    [Fact]
    public async Task Between_two_looks_it_pauses_for_the_polling_interval()
    {
        var clock = new WatchedClock();
        await using var app = await EmulatedApp.StartAsync<FromList>(new() { Configure = builder => builder.Services.AddSingleton<TimeProvider>(clock) });
        await clock.IsWaitedForAsync(TimeSpan.FromMilliseconds(20));
        await Redis.ListRightPushAsync(app.Key, "a");
        clock.Advance(TimeSpan.FromMilliseconds(19));
        Assert.Equal(1, await Redis.ListLengthAsync(app.Key));

        clock.Advance(TimeSpan.FromMilliseconds(1));
        await app.Probe.HasEndedAsync("a");
    }

    [Fact]
    public async Task Entries_come_from_the_tail_when_the_direction_is_right()
    {
        string[] expected = ["c", "b", "a"];
        await using var app = EmulatedApp.Build([typeof(FromTail)]);
        await Redis.ListRightPushAsync(app.Key, ["a", "b", "c"]);
        await app.Host.StartAsync(TestContext.Current.CancellationToken);
        await app.Probe.HasEndedAsync("a");
        Assert.Equal(expected, app.Probe.Ended);
    }

    [Fact]
    public async Task A_value_arrives_as_it_is()
    {
        const string value = " {\"a\": \"ä\\n\"}\n";
        await using var app = await EmulatedApp.StartAsync<FromList>();
        await Redis.ListRightPushAsync(app.Key, value);
        await app.Probe.HasEndedAsync(value);
    }

    [Fact]
    public async Task The_binding_data_tells_key_and_value_and_the_members_of_a_value_that_is_a_json_object()
    {
        await using var app = await EmulatedApp.StartAsync<FromList>();
        const string value = """
            { "name": "n", "count": 3, "rate": 1.50, "sure": true, "none": null, "list": [1], "inner": { "x": [1, "ä"] }, "key": "its own" }
            """;
        IReadOnlyDictionary<string, object?>? data = null;
        app.Probe.OnRun = (_, context) => data = context!.BindingContext.BindingData;
        await Redis.ListRightPushAsync(app.Key, value);
        await Eventually.TrueAsync(() => data is not null, "it ran");
        var expected = new Dictionary<string, object?>
        {
            ["Key"] = "its own",
            ["Value"] = value,
            ["name"] = "n",
            ["count"] = "3",
            ["rate"] = "1.5",
            ["sure"] = "True",
            ["inner"] = """{"x":[1,"ä"]}""",
        };
        Assert.Equal<IReadOnlyDictionary<string, object?>>(expected, data!);
        Assert.Equal("n", data!["NAME"]);
    }

    [Theory]
    [InlineData("{ half")]
    [InlineData("[1]")]
    [InlineData("1")]
    public async Task The_binding_data_of_another_value_is_key_and_value(string value)
    {
        await using var app = await EmulatedApp.StartAsync<FromList>();
        IReadOnlyDictionary<string, object?>? data = null;
        app.Probe.OnRun = (_, context) => data = context!.BindingContext.BindingData;
        await Redis.ListRightPushAsync(app.Key, value);
        await Eventually.TrueAsync(() => data is not null, "it ran");
        Assert.Equal<IReadOnlyDictionary<string, object?>>(new Dictionary<string, object?> { ["Key"] = app.Key, ["Value"] = value }, data!);
    }

    [Fact]
    public async Task A_failure_is_logged_and_the_entry_is_gone()
    {
        await using var app = await EmulatedApp.StartAsync<FromList>();
        string? id = null;
        app.Probe.OnRun = (value, context) =>
        {
            id = context!.InvocationId;
            if (value == "bad")
            {
                throw new InvalidOperationException("no good");
            }
        };
        await Redis.ListRightPushAsync(app.Key, "bad");
        await Eventually.TrueAsync(() => app.Log.At(LogLevel.Error).Count == 1, "the failure is logged");

        var entry = Assert.Single(app.Log.At(LogLevel.Error));
        Assert.Contains(FromList.Name, entry.Message, StringComparison.Ordinal);
        Assert.Contains(id!, entry.Message, StringComparison.Ordinal);
        Assert.Equal("no good", Assert.IsType<InvalidOperationException>(entry.Exception).Message);

        await Redis.ListRightPushAsync(app.Key, "good");
        await app.Probe.HasEndedAsync("good");
        Assert.Equal(1, app.Probe.Started.Count(value => value == "bad"));
    }

    [Fact]
    public async Task A_stop_ends_the_polling_first_and_waits_for_no_invocation()
    {
        await using var app = await EmulatedApp.StartAsync<FromList>();
        app.Probe.Hold("a");
        CancellationToken token = default;
        app.Probe.OnRun = (_, context) => token = context!.CancellationToken;
        await Redis.ListRightPushAsync(app.Key, "a");
        await app.Probe.HasStartedAsync("a");

        await app.StopAsync();
        await Redis.ListRightPushAsync(app.Key, "late");
        Assert.True(app.Host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.IsCancellationRequested);
        Assert.False(token.IsCancellationRequested);
        Assert.Empty(app.Probe.Ended);
        Assert.Equal(1, await Redis.ListLengthAsync(app.Key));
        app.Probe.Release("a");
    }
}
