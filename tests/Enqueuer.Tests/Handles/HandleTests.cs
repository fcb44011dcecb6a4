using System.Collections.Concurrent;
using System.Globalization;
using FunctionJobs.LocalServices;

namespace FunctionJobs.Tests;

public sealed class HandleTests
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task The_end_of_a_job_is_told_not_polled()
    {
        await using var test = await TestEnqueuer.CreateAsync();
        var handle = await test.EnqueueAsync();
        var waiting = handle.WaitForResultAsync<int>(Long);
        await UntilAwaitedAsync(test, handle.Id);

        await test.EndAsync(handle.Id, "completed", "42");

        // A look without being told comes only every five seconds.
        Assert.Equal(42, await waiting.WaitAsync(TimeSpan.FromSeconds(3)));
    }

    [Fact]
    public async Task Many_who_wait_for_one_job_are_all_told_at_once()
    {
        await using var test = await TestEnqueuer.CreateAsync();
        for (var round = 0; round < 20; round++)
        {
            var handle = await test.EnqueueAsync();
            using var enough = new CancellationTokenSource();
            var waits = new ConcurrentBag<Task<int>>();
            // New ones come while the job ends.
            var coming = Task.Run(async () =>
            {
                while (!enough.IsCancellationRequested)
                {
                    waits.Add(handle.WaitForResultAsync<int>(Long));
                    await Task.Delay(1);
                }
            });
            await UntilAwaitedAsync(test, handle.Id);

            await test.EndAsync(handle.Id, "completed", "42");
            await enough.CancelAsync();
            await coming;

            Assert.All(await Task.WhenAll(waits).WaitAsync(TimeSpan.FromSeconds(3)), result => Assert.Equal(42, result));
        }
    }

    [Fact]
    public async Task One_who_gives_up_takes_nobody_with_him()
    {
        await using var test = await TestEnqueuer.CreateAsync();
        var handle = await test.EnqueueAsync();
        using var gone = new CancellationTokenSource();
        var first = handle.WaitForResultAsync<int>(Long, gone.Token);
        var second = handle.WaitForResultAsync<int>(Long);
        await gone.CancelAsync();
        Assert.Equal(gone.Token, (await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first)).CancellationToken);
        await UntilAwaitedAsync(test, handle.Id);

        await test.EndAsync(handle.Id, "completed", "42");

        Assert.Equal(42, await second.WaitAsync(TimeSpan.FromSeconds(3)));
    }

    [Fact]
    public async Task The_end_of_a_job_is_told_to_an_enqueuer_whose_connection_string_has_a_prefix_for_channels()
    {
        await using var test = await TestEnqueuer.CreateAsync($"{Servers.Redis},channelPrefix=app:");
        var handle = await test.EnqueueAsync();
        var result = handle.WaitForResultAsync<int>(Long);
        await UntilAwaitedAsync(test, handle.Id);

        await test.Database.HashSetAsync(test.Keys.Job(handle.Id), [new("state", "completed"), new("result", "42")]);
        // As a script does, which knows of no prefix.
        await test.Database.ExecuteAsync("PUBLISH", test.Keys.Ended, handle.Id);

        Assert.Equal(42, await result.WaitAsync(TimeSpan.FromSeconds(3)));
    }

    [Fact]
    public async Task A_job_that_runs_is_not_said_to_be_scheduled_though_it_has_become_so_since_its_record_was_read()
    {
        await using var test = await TestEnqueuer.CreateAsync();
        var handle = await test.EnqueueAsync();
        await test.Database.HashSetAsync(test.Keys.Job(handle.Id), "state", "executing");
        await test.Database.SortedSetAddAsync(test.Keys.Scheduled, handle.Id, 1);

        Assert.Equal((JobState.Executing, null), await handle.GetInfoAsync() is { } info ? (info.State, info.ScheduledAt) : default);
    }

    [Fact]
    public async Task A_wait_of_no_time_tells_whether_the_job_has_ended()
    {
        await using var test = await TestEnqueuer.CreateAsync();
        var handle = await test.EnqueueAsync();

        var notYet = await Assert.ThrowsAsync<TimeoutException>(() => handle.WaitForResultAsync<int>(TimeSpan.Zero));
        Assert.Contains($"'{handle.Id}'", notYet.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<JobNotFoundException>(() => test.Enqueuer.GetJob(test.Queue.Name, "none").WaitForResultAsync<int>(TimeSpan.Zero));

        await test.EndAsync(handle.Id, "completed", "42");

        Assert.Equal(42, await handle.WaitForResultAsync<int>(TimeSpan.Zero));
    }

    [Fact]
    public async Task A_job_that_has_ended_before_is_answered_at_once()
    {
        await using var test = await TestEnqueuer.CreateAsync();
        var handle = await test.EnqueueAsync();
        await test.EndAsync(handle.Id, "completed");

        Assert.Null(await handle.WaitForResultAsync<string>(Long).WaitAsync(TimeSpan.FromSeconds(3)));
    }

    [Fact]
    public async Task A_wait_that_takes_too_long_says_so()
    {
        await using var test = await TestEnqueuer.CreateAsync();
        var handle = await test.EnqueueAsync();

        var error = await Assert.ThrowsAsync<TimeoutException>(() => handle.WaitForResultAsync<int>(TimeSpan.FromMilliseconds(200)));

        Assert.Contains(handle.Id, error.Message, StringComparison.Ordinal);
        Assert.Equal(JobState.Available, await handle.GetStateAsync());
    }

    [Theory]
    [InlineData("discarded", JobState.Discarded)]
    [InlineData("cancelled", JobState.Cancelled)]
    [InlineData("expired", JobState.Expired)]
    public async Task A_job_that_ended_without_a_result_is_an_exception_with_its_state_and_last_error(string wire, JobState state)
    {
        await using var test = await TestEnqueuer.CreateAsync();
        var handle = await test.EnqueueAsync();
        await test.EndAsync(handle.Id, wire, error: "no luck");

        var error = await Assert.ThrowsAsync<JobFailedException>(() => handle.WaitForResultAsync<int>(Long));

        Assert.Equal((handle.Id, handle.Queue, state, "no luck"), (error.JobId, error.Queue, error.State, error.Error!.Message));
    }

    [Fact]
    public async Task A_job_that_may_run_at_once_is_Available_to_whoever_asks_though_its_record_says_nothing_of_a_state()
    {
        await using var test = await TestEnqueuer.CreateAsync();
        var handle = await test.EnqueueAsync();

        Assert.Equal(["job"], (await test.Database.HashKeysAsync(test.Keys.Job(handle.Id))).Select(field => field.ToString()));
        Assert.Equal(JobState.Available, await handle.GetStateAsync());
        Assert.Equal(JobState.Available, (await handle.GetInfoAsync())!.State);
        await Assert.ThrowsAsync<TimeoutException>(() => handle.WaitForResultAsync<int>(TimeSpan.FromMilliseconds(100)));
        Assert.Equal(CancelOutcome.Cancelled, await handle.CancelAsync());
        Assert.Equal(JobState.Cancelled, await handle.GetStateAsync());
    }

    [Fact]
    public async Task Whoever_asks_for_a_state_does_not_get_the_arguments_with_it()
    {
        await using var server = await LocalRedis.StartAsync();
        await using var test = await TestEnqueuer.CreateAsync(server.ConnectionString);
        var handle = await test.EnqueueAsync(args: new string('x', 100_000));
        var before = await SentAsync();

        Assert.Equal(JobState.Available, await handle.GetStateAsync());

        Assert.InRange(await SentAsync() - before, 1, 50_000);

        async Task<long> SentAsync() =>
            (await test.Redis.GetServers()[0].InfoAsync("stats")).SelectMany(section => section)
            .Where(line => line.Key == "total_net_output_bytes").Sum(line => long.Parse(line.Value, CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task A_job_that_nobody_knows_is_told_apart()
    {
        await using var test = await TestEnqueuer.CreateAsync();
        var nobody = test.Enqueuer.GetJob(test.Queue.Name, "nobody");

        Assert.Null(await nobody.GetStateAsync());
        Assert.Null(await nobody.GetInfoAsync());
        Assert.Equal("nobody", (await Assert.ThrowsAsync<JobNotFoundException>(() => nobody.WaitForResultAsync<int>(Long))).JobId);
    }

    [Fact]
    public async Task A_record_that_a_newer_version_wrote_or_a_hand_has_damaged_still_reads()
    {
        await using var test = await TestEnqueuer.CreateAsync();
        (string Field, string Value)[] damages =
        [
            ("newer_field", "anything"), ("attempt", "often"), ("started_at", "x"), ("finished_at", "99999999999999999"), ("expires_at", "-1"),
            ("progress", "half"), ("progress", "[]"), ("errors", "oops\n{"), ("job", "{"), ("job", "[]"), ("job", "{\"name\":7}"),
            ("job", """{"name":"x","max_attempts":"many","enqueued_at":1e300}"""), ("lease", "no slash"), ("lease", ""),
        ];
        foreach (var (field, value) in damages)
        {
            var handle = await test.EnqueueAsync();
            await test.Database.HashSetAsync(test.Keys.Job(handle.Id), field, value);

            var info = await handle.GetInfoAsync();

            Assert.Equal((handle.Id, JobState.Available), (info!.Id, info.State));
        }
    }

    private static Task UntilAwaitedAsync(TestEnqueuer test, string id) =>
        Eventually.TrueAsync(() => test.Database.HashExistsAsync(test.Keys.Job(id), "awaited"), "the wait is known to Redis");
}
