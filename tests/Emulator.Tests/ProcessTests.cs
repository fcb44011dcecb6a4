using System.Net;
using System.Net.Sockets;
using FunctionJobs.LocalServices;

namespace FunctionJobs.Emulator.Tests;

/// <summary>A real app, started as its user starts it.</summary>
public sealed class ProcessTests
{
    private readonly string key = Unique.Name("process");

    [Theory]
    [InlineData(Signal.Terminate)]
    [InlineData(Signal.Interrupt)]
    public async Task It_lists_its_functions_runs_them_and_stops_cleanly(Signal signal)
    {
        await using var app = await SampleProcess.StartAsync(key);
        await app.WaitForAsync("Worker process started and initialized.");
        Assert.Contains("Functions:", app.Output, StringComparison.Ordinal);
        Assert.Contains($"Follow: redisStreamTrigger (key {key}:stream, every 20 ms, up to 16 at once)", app.Output, StringComparison.Ordinal);
        Assert.Contains($"Greet: redisListTrigger (key {key}, every 20 ms, up to 4 at once, LEFT)", app.Output, StringComparison.Ordinal);

        await SharedRedis.Database.ListRightPushAsync(key, "hello");
        await app.WaitForAsync("middleware of Greet");
        await app.WaitForAsync("ran hello");
        app.Send(signal);
        Assert.Equal(0, await app.ExitCodeAsync());
    }

    [Fact]
    public async Task A_stop_fires_no_invocations_token_and_waits_for_none()
    {
        await using var app = await SampleProcess.StartAsync(key);
        await SharedRedis.Database.ListRightPushAsync(key, "hold");
        await app.WaitForAsync("holding");
        app.Send(Signal.Terminate);
        Assert.Equal(0, await app.ExitCodeAsync());
        await app.WaitForAsync("farewell: stopping True, held 1, cancelled False");
    }

    [Theory]
    [InlineData("StayAtStop")]
    [InlineData("StayAtEnd")]
    public async Task A_process_that_a_stop_or_the_disposal_of_its_services_keeps_for_too_long_is_killed(string setting)
    {
        await using var app = await SampleProcess.StartAsync(key, environment: (setting, "yes"));
        await app.WaitForAsync("Worker process started and initialized.");
        app.Send(Signal.Terminate);
        Assert.Equal(137, await app.ExitCodeAsync());
        Assert.Contains("the host kills the worker process", app.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stop_waits_for_no_connection_that_is_still_being_made()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        await using var app = await SampleProcess.StartAsync(key, environment: ("Redis", $"{silent.LocalEndpoint},connectTimeout=20000"));
        await app.WaitForAsync("Worker process started and initialized.");
        app.Send(Signal.Terminate);
        Assert.Equal(0, await app.ExitCodeAsync());
    }

    [Fact]
    public async Task Values_become_environment_variables_unless_one_is_set()
    {
        await using var app = await SampleProcess.StartAsync(
            key,
            localSettings: """{ "Values": { "FromFile": "file", "FromBoth": "file" } }""",
            environment: ("FromBoth", "environment"));
        await SharedRedis.Database.ListRightPushAsync(key, ["setting FromFile", "setting FromBoth"]);
        await app.WaitForAsync("setting FromFile is file, environment file");
        await app.WaitForAsync("setting FromBoth is environment, environment environment");
    }

    [Fact]
    public async Task A_missing_connection_ends_it_with_a_sentence()
    {
        await using var app = await SampleProcess.StartAsync(key, environment: ("Redis", null));
        Assert.Equal(1, await app.ExitCodeAsync());
        Assert.StartsWith("error: Function 'Greet' needs the connection string 'Redis'", app.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", app.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_host_json_ends_it_with_a_sentence()
    {
        await using var app = await SampleProcess.StartAsync(key, hostJson: "{}");
        Assert.Equal(1, await app.ExitCodeAsync());
        Assert.Contains("\"version\" must be \"2.0\"", app.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_function_timeout_kills_it_and_says_why()
    {
        await using var app = await SampleProcess.StartAsync(
            key,
            hostJson: """{ "version": "2.0", "functionTimeout": "01:00:00" }""",
            environment: ("AzureFunctionsJobHost__functionTimeout", "00:00:01"));
        await SharedRedis.Database.ListRightPushAsync(key, "hold");
        Assert.Equal(137, await app.ExitCodeAsync());
        await app.WaitForAsync("ran longer than functionTimeout in host.json");
        Assert.DoesNotContain("farewell", app.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_crash_before_the_invocation_leaves_an_entry_popped_and_never_run()
    {
        await SharedRedis.Database.ListRightPushAsync(key, "never");
        await using var app = await SampleProcess.StartAsync(key, environment: ("Emulator__Faults", "CrashBeforeInvoke"));
        Assert.Equal(137, await app.ExitCodeAsync());
        Assert.False(await SharedRedis.Database.KeyExistsAsync(key));
        Assert.DoesNotContain("ran never", app.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_redis_that_comes_late_is_waited_for()
    {
        await using var server = await LocalRedis.StartAsync();
        await server.StopAsync();
        await using var app = await SampleProcess.StartAsync(key, environment: ("Redis", server.ConnectionString + ",connectTimeout=1000"));
        await app.WaitForAsync("does not answer; is it running?");
        await server.RestartAsync();
        await using var connection = await StackExchange.Redis.ConnectionMultiplexer.ConnectAsync(server.ConnectionString);
        await connection.GetDatabase().ListRightPushAsync(key, "hello");
        await app.WaitForAsync("ran hello");
    }
}
