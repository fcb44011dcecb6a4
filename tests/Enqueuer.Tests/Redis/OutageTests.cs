using System.Collections.Concurrent;
using System.Diagnostics;
using FunctionJobs.LocalServices;
using Microsoft.Extensions.DependencyInjection;
using StackExchange.Redis;

namespace FunctionJobs.Tests;

public sealed class OutageTests
{
    private static readonly TimeSpan Promise = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task With_Redis_away_an_enqueue_fails_clearly_in_time_and_works_again_when_it_is_back()
    {
        await using var server = await LocalRedis.StartAsync(new() { Arguments = ["--appendfsync", "always"] });
        await using var test = await TestEnqueuer.CreateAsync(server.ConnectionString);
        await test.EnqueueAsync(new() { JobId = "before" });

        server.Kill();
        for (var n = 0; n < 3; n++)
        {
            await RefusedInTimeAsync(() => test.EnqueueAsync(new() { JobId = $"away-{n}" }));
        }

        await RefusedInTimeAsync(() => test.Enqueuer.GetJob(test.Queue.Name, "before").GetStateAsync());
        await server.RestartAsync();

        await Eventually.TrueAsync(async () => (await test.EnqueueAsync(new() { JobId = "after" })).Id == "after", "the client has recovered by itself");
        Assert.Equal(
            ["after", "before"],
            (await test.Database.SortedSetRangeByRankAsync(test.Keys.Available)).Select(id => id.ToString()).Order());
    }

    [Fact]
    public async Task With_Redis_away_from_the_start_the_app_works_as_soon_as_it_is_there()
    {
        await using var server = await LocalRedis.StartAsync();
        await using var test = await TestEnqueuer.CreateAsync(server.ConnectionString);
        await server.StopAsync();

        await RefusedInTimeAsync(() => test.EnqueueAsync());
        await server.RestartAsync();

        await Eventually.TrueAsync(async () => (await test.EnqueueAsync()).Id.Length > 0, "the client has connected by itself");
    }

    [Fact]
    public async Task A_first_call_that_finds_no_open_connection_in_time_says_what_to_check()
    {
        await using var server = await LocalRedis.StartAsync();
        await using var test = await TestEnqueuer.CreateAsync(server.ConnectionString, options => options.Timeout = TimeSpan.FromSeconds(1));
        await server.PauseAsync();

        var error = await RefusedInTimeAsync(() => test.EnqueueAsync());

        Assert.Equal(
            "Redis cannot be reached: no connection was open within 1 s. Check that it runs, and that address, user and password in the connection string are right.",
            error.Message);
        server.Resume();
    }

    [Fact]
    public async Task A_call_that_was_told_of_no_connection_is_not_sent_when_there_is_one()
    {
        await using var server = await LocalRedis.StartAsync();
        await using var test = await TestEnqueuer.CreateAsync(server.ConnectionString, options => options.Timeout = TimeSpan.FromSeconds(1));
        await server.PauseAsync();
        await RefusedInTimeAsync(() => test.EnqueueAsync(new() { JobId = "told" }));

        server.Resume();

        await Eventually.TrueAsync(async () => (await test.EnqueueAsync(new() { JobId = "after" })).Id == "after", "the client has connected by itself");
        Assert.Equal(["after"], (await test.Database.SortedSetRangeByRankAsync(test.Keys.Available)).Select(id => id.ToString()));
    }

    [Fact]
    public async Task A_call_waits_for_as_long_as_it_was_told_to()
    {
        await using var server = await LocalRedis.StartAsync();
        await using var test = await TestEnqueuer.CreateAsync(server.ConnectionString, options => options.Timeout = TimeSpan.FromSeconds(20));
        await test.EnqueueAsync();

        await server.PauseAsync();
        var waits = test.EnqueueAsync(new() { JobId = "patient" });
        // Longer than the client by itself would.
        await Task.Delay(TimeSpan.FromSeconds(8));
        server.Resume();

        Assert.Equal("patient", (await waits).Id);
    }

    [Fact]
    public async Task A_call_that_the_apps_connection_gives_up_first_says_which_setting_did_it()
    {
        await using var server = await LocalRedis.StartAsync();
        await using var redis = await ConnectionMultiplexer.ConnectAsync($"{server.ConnectionString},asyncTimeout=500");
        await using var services = new ServiceCollection().AddSingleton<IConnectionMultiplexer>(redis).AddJobEnqueuer().BuildServiceProvider();
        await server.PauseAsync();

        var error = await RefusedInTimeAsync(() => services.GetRequiredService<IJobEnqueuer>().EnqueueAsync("greet", 1));

        Assert.StartsWith("Redis did not answer within the asyncTimeout of the app's connection.", error.Message, StringComparison.Ordinal);
        server.Resume();
    }

    [Fact]
    public async Task Calls_that_were_given_up_leave_no_unobserved_exceptions_behind()
    {
        await using var server = await LocalRedis.StartAsync();
        await using var test = await TestEnqueuer.CreateAsync(server.ConnectionString, options => options.Timeout = TimeSpan.FromSeconds(1));
        var first = await test.EnqueueAsync();
        var unobserved = new ConcurrentQueue<string>();
        void Note(object? sender, UnobservedTaskExceptionEventArgs e)
        {
            if (e.Exception.ToString() is var error && error.Contains($":{server.Port}", StringComparison.Ordinal))
            {
                unobserved.Enqueue(error);
            }
        }

        TaskScheduler.UnobservedTaskException += Note;
        try
        {
            await server.PauseAsync();
            using var brief = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => test.Enqueuer.EnqueueAsync("greet", 1, new() { Queue = test.Queue }, brief.Token));
            await RefusedInTimeAsync(() => first.GetStateAsync());
            await Assert.ThrowsAsync<TimeoutException>(() => first.WaitForResultAsync<int>(TimeSpan.FromMilliseconds(200)));
            // Until the client gives them up.
            await Task.Delay(TimeSpan.FromSeconds(7.5));
            GC.Collect();
            GC.WaitForPendingFinalizers();

            Assert.Empty(unobserved);
        }
        finally
        {
            TaskScheduler.UnobservedTaskException -= Note;
            server.Resume();
        }
    }

    [Fact]
    public async Task With_Redis_frozen_an_enqueue_fails_in_time_and_the_job_is_there_whole_or_not_at_all()
    {
        await using var server = await LocalRedis.StartAsync();
        await using var test = await TestEnqueuer.CreateAsync(server.ConnectionString, options => options.Timeout = TimeSpan.FromSeconds(1));
        await test.EnqueueAsync(new() { JobId = "before" });

        await server.PauseAsync();
        await RefusedInTimeAsync(() => test.EnqueueAsync(new() { JobId = "frozen" }));
        server.Resume();
        await Eventually.TrueAsync(async () => (await test.EnqueueAsync(new() { JobId = "after" })).Id == "after", "the client has recovered by itself");

        var record = await test.Database.KeyExistsAsync(test.Keys.Job("frozen"));
        var queued = await test.Database.SortedSetScoreAsync(test.Keys.Available, "frozen") is not null;
        Assert.Equal(record, queued);
        Assert.Equal(queued ? 3 : 2, await test.Database.ListLengthAsync(test.Keys.Trigger));
    }

    [Fact]
    public async Task A_full_Redis_refuses_an_enqueue_clearly_and_nothing_is_half_written()
    {
        await using var server = await LocalRedis.StartAsync(new() { Arguments = ["--maxmemory", "10mb"] });
        await using var test = await TestEnqueuer.CreateAsync(server.ConnectionString);
        var accepted = new List<string>();
        JobQueueUnavailableException? refused = null;
        while (refused is null && accepted.Count < 1000)
        {
            try
            {
                accepted.Add((await test.EnqueueAsync(args: new string('x', 100_000))).Id);
            }
            catch (JobQueueUnavailableException e)
            {
                refused = e;
            }
        }

        Assert.Contains("maxmemory", refused?.Message, StringComparison.Ordinal);
        Assert.Equal(accepted.Count, await test.Database.SortedSetLengthAsync(test.Keys.Available));
        Assert.Equal(accepted.Count, await test.Database.ListLengthAsync(test.Keys.Trigger));
        Assert.Equal(accepted.Count, (await test.KeysInRedisAsync()).Count(key => key.Contains(":job:", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_read_only_replica_refuses_an_enqueue_clearly()
    {
        await using var primary = await LocalRedis.StartAsync();
        await using var replica = await LocalRedis.StartAsync(new() { Arguments = ["--replicaof", "127.0.0.1", $"{primary.Port}"] });
        await using var test = await TestEnqueuer.CreateAsync(replica.ConnectionString);

        await RefusedInTimeAsync(() => test.EnqueueAsync());
    }

    [Theory]
    [InlineData("")]
    [InlineData(",password=wrong-word")]
    [InlineData(",user=nobody,password=right-word")]
    public async Task A_wrong_login_is_said_to_be_one_and_no_password_is_told(string login)
    {
        await using var server = await LocalRedis.StartAsync(new() { Arguments = ["--requirepass", "right-word"] });
        await using var test = await TestEnqueuer.CreateAsync(server.ConnectionString + login);

        // The first call may be over before the connection has given up its login.
        await Eventually.TrueAsync(
            async () => (await RefusedInTimeAsync(() => test.EnqueueAsync())).Message
                == "Redis refuses the login. Check user and password in the connection string.",
            "the login is said to be refused");
    }

    [Fact]
    public async Task A_wrong_login_is_said_to_be_one_when_Redis_was_away_at_first()
    {
        await using var server = await LocalRedis.StartAsync(new() { Arguments = ["--requirepass", "right-word"] });
        await using var test = await TestEnqueuer.CreateAsync(server.ConnectionString + ",password=wrong-word");
        await server.StopAsync();
        await RefusedInTimeAsync(() => test.EnqueueAsync());

        await server.RestartAsync();

        await Eventually.TrueAsync(
            async () => (await RefusedInTimeAsync(() => test.EnqueueAsync())).Message
                == "Redis refuses the login. Check user and password in the connection string.",
            "the login is said to be refused");
    }

    [Fact]
    public async Task A_login_that_was_refused_once_is_not_blamed_for_a_later_failure()
    {
        await using var server = await LocalRedis.StartAsync(new() { Arguments = ["--requirepass", "right-word"] });
        await using var admin = await ConnectionMultiplexer.ConnectAsync(server.ConnectionString + ",password=right-word,allowAdmin=true");
        await using var test = await TestEnqueuer.CreateAsync(server.ConnectionString + ",password=wrong-word");
        await Eventually.TrueAsync(
            async () => (await RefusedInTimeAsync(() => test.EnqueueAsync())).Message.StartsWith("Redis refuses the login.", StringComparison.Ordinal),
            "the login is said to be refused");
        await admin.GetServers()[0].ConfigSetAsync("requirepass", "wrong-word");
        await Eventually.TrueAsync(async () => (await test.EnqueueAsync(new() { JobId = "accepted" })).Id == "accepted", "the login is accepted");

        server.Kill();

        Assert.StartsWith("Redis cannot be reached", (await RefusedInTimeAsync(() => test.EnqueueAsync())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_enqueue_that_finds_Redis_loading_its_data_goes_through_when_that_is_done_in_a_moment()
    {
        await using var server = await LoadingRedis.StartAsync(TimeSpan.FromSeconds(3));
        // On a busy machine the pauses add up to more than they should, and too short a while would be over before it is seen.
        await using var test = await TestEnqueuer.CreateAsync(server.ConnectionString, options => options.Timeout = TimeSpan.FromSeconds(20));

        await server.RestartAsync();
        var handles = await Task.WhenAll(test.EnqueueAsync(), test.EnqueueAsync(), test.EnqueueAsync());

        Assert.All(handles, handle => Assert.False(handle.IsDuplicate));
    }

    [Fact]
    public async Task An_enqueue_that_finds_Redis_loading_its_data_for_long_says_so_and_nothing_is_enqueued()
    {
        await using var server = await LoadingRedis.StartAsync(TimeSpan.FromSeconds(5));
        await using var test = await TestEnqueuer.CreateAsync(server.ConnectionString, options => options.Timeout = TimeSpan.FromSeconds(2));

        await server.RestartAsync();
        var error = await RefusedInTimeAsync(() => test.EnqueueAsync());

        Assert.Equal("Redis is loading its data, as after a restart, and takes no calls yet. Nothing was written. Try again in a moment.", error.Message);
        await server.Loaded;
        await Eventually.TrueAsync(async () => (await test.EnqueueAsync(new() { JobId = "after" })).Id == "after", "the client has recovered by itself");
        Assert.Equal(["after"], (await test.Database.SortedSetRangeByRankAsync(test.Keys.Available)).Select(id => id.ToString()));
    }

    [Fact]
    public async Task Enqueues_of_several_queues_that_share_a_call_while_Redis_loads_its_data_are_told_so_within_the_timeout()
    {
        await using var server = await LoadingRedis.StartAsync(TimeSpan.FromSeconds(8));
        await using var test = await TestEnqueuer.CreateAsync(server.ConnectionString, options => options.Timeout = TimeSpan.FromSeconds(4));
        JobQueue[] queues = [test.Queue, JobQueue.List(Unique.Name("other"))];

        await server.RestartAsync();
        var clock = Stopwatch.StartNew();
        var errors = await Task.WhenAll(Enumerable.Range(0, 6).Select(n =>
            RefusedInTimeAsync(() => test.Enqueuer.EnqueueAsync("greet", new { Name = "Ada" }, new() { Queue = queues[n % 2] }))));

        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(4), $"It took {clock.Elapsed}.");
        Assert.All(errors, error => Assert.StartsWith("Redis is loading its data", error.Message, StringComparison.Ordinal));
    }

    private static async Task<JobQueueUnavailableException> RefusedInTimeAsync(Func<Task> call)
    {
        var clock = Stopwatch.StartNew();
        var error = await Assert.ThrowsAsync<JobQueueUnavailableException>(call);
        Assert.True(clock.Elapsed < Promise, $"It took {clock.Elapsed}.");
        Assert.StartsWith("Redis", error.Message, StringComparison.Ordinal);
        return error;
    }
}
