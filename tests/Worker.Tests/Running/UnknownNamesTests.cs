namespace FunctionJobs.Tests;

public sealed class UnknownNamesTests
{
    [Fact]
    public async Task A_name_that_no_worker_knows_for_too_long_is_discarded_with_that_reason()
    {
        await using var queue = await TestQueue.CreateAsync();
        await queue.StartWorkerAsync(
            (_, _) => Task.FromResult<string?>(null), options => options.UnknownJobNameFor = TimeSpan.FromMilliseconds(500));
        var handle = await queue.Enqueuer.EnqueueAsync("newer", null, new() { Queue = queue.Queue });

        var error = await Assert.ThrowsAsync<JobFailedException>(() => handle.WaitForResultAsync<string>(TimeSpan.FromSeconds(20)));

        Assert.Equal("UnknownJobName", error.Error!.Kind);
        Assert.Contains("newer", error.Error.Message, StringComparison.Ordinal);
        Assert.Equal(0, (await queue.InfoAsync(handle.Id)).Attempt);
    }

    [Fact]
    public async Task A_name_that_one_version_does_not_know_is_run_by_another_and_its_attempts_are_not_used_up()
    {
        await using var queue = await TestQueue.CreateAsync();
        var handle = await queue.Enqueuer.EnqueueAsync("newer", new { word = "new" }, new() { Queue = queue.Queue, MaxAttempts = 1 });
        await queue.StartWorkerAsync((_, _) => Task.FromResult<string?>("old"));
        await Eventually.TrueAsync(
            () => queue.Database.HashExistsAsync(queue.Keys.Job(handle.Id), "unknown_since"), "the old version has handed it back");
        Assert.Equal(JobState.Scheduled, await handle.GetStateAsync());

        await queue.StartNewerWorkerAsync((_, context) => Task.FromResult<string?>($"new {context.Attempt} of {context.MaxAttempts}"));

        Assert.Equal("new 1 of 1", await handle.WaitForResultAsync<string>(TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public async Task A_name_that_was_known_meanwhile_starts_a_new_wait()
    {
        await using var queue = await TestQueue.CreateAsync();
        var worker = queue.AsWorker();
        var handle = await queue.EnqueueAsync();
        await worker.PostponeAsync((await worker.FetchOneAsync())!, TimeSpan.FromMinutes(10));
        await queue.Database.HashSetAsync(queue.Keys.Job(handle.Id), "unknown_since", "1");
        await worker.MakeDueAsync(handle.Id);
        await worker.StageAsync();
        await worker.RetryAsync((await worker.FetchOneAsync())!);
        await worker.MakeDueAsync(handle.Id);
        await worker.StageAsync();

        await worker.PostponeAsync((await worker.FetchOneAsync())!, TimeSpan.FromMinutes(10));

        Assert.Equal(JobState.Scheduled, await handle.GetStateAsync());
    }

    [Fact]
    public async Task A_name_that_was_known_to_an_app_that_then_stopped_starts_a_new_wait()
    {
        await using var queue = await TestQueue.CreateAsync();
        var limit = TimeSpan.FromSeconds(3);
        var older = await queue.StartWorkerAsync(
            (_, _) => Task.FromResult<string?>(null), options => options.UnknownJobNameFor = limit);
        var handle = await queue.Enqueuer.EnqueueAsync(new NewerProbe("x"), new() { Queue = queue.Queue });
        await Eventually.TrueAsync(() => queue.Database.HashExistsAsync(queue.Keys.Job(handle.Id), "unknown_since"), "the older version has put it off");
        await queue.StopAsync(older);
        var started = new Gate();
        var newer = await queue.StartNewerWorkerAsync(async (_, context) =>
        {
            started.Open();
            await Task.Delay(Timeout.Infinite, context.CancellationToken);
            return null;
        });
        await started.Passed;
        await queue.StopAsync(newer);
        var known = await queue.NowAsync();

        await queue.StartWorkerAsync(
            (_, _) => Task.FromResult<string?>(null), options => options.UnknownJobNameFor = limit);
        await Eventually.EqualAsync<JobState?>(JobState.Discarded, () => handle.GetStateAsync(), "the state");

        var waited = (await queue.InfoAsync(handle.Id)).FinishedAt - known;
        Assert.True(waited > limit, $"It waited {waited}.");
    }

    [Fact]
    public async Task A_field_that_this_version_does_not_know_is_ignored_and_kept()
    {
        await using var queue = await TestQueue.CreateAsync();
        await queue.StartWorkerAsync((job, _) => Task.FromResult<string?>(job.Word), type: options => options.BackoffBase = TimeSpan.Zero);
        var handle = await queue.EnqueueAsync("x", new() { Delay = TimeSpan.FromMilliseconds(300) });
        var record = queue.Keys.Job(handle.Id);
        var job = (await queue.Database.HashGetAsync(record, "job")).ToString();
        await queue.Database.HashSetAsync(record, [new("newer_field", "7"), new("job", job.Replace("\"args\":", "\"newer\":[{}],\"args\":", StringComparison.Ordinal))]);

        Assert.Equal("x", await handle.WaitForResultAsync<string>(TimeSpan.FromSeconds(20)));

        Assert.Equal("7", await queue.Database.HashGetAsync(record, "newer_field"));
        Assert.Contains("\"newer\":[{}]", await queue.Database.HashGetAsync(record, "job"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("FunctionJobs.Tests.Probe")]
    [InlineData("Probe")]
    [InlineData("PROBE")]
    [InlineData("System.Object")]
    public async Task The_name_of_a_type_is_the_name_of_no_job(string name)
    {
        await using var queue = await TestQueue.CreateAsync();
        await queue.StartWorkerAsync(
            (_, _) => Task.FromResult<string?>("ran"), options => options.UnknownJobNameFor = TimeSpan.FromMilliseconds(1));
        var handle = await queue.Enqueuer.EnqueueAsync(name, new { word = "x" }, new() { Queue = queue.Queue });

        var failure = await Assert.ThrowsAsync<JobFailedException>(() => handle.WaitForResultAsync<string>(TimeSpan.FromSeconds(20)));

        Assert.Equal("UnknownJobName", failure.Error!.Kind);
    }

    [Fact]
    public async Task A_type_named_in_the_arguments_is_an_argument_like_any_other_and_is_not_read()
    {
        await using var queue = await TestQueue.CreateAsync();
        await queue.StartWorkerAsync((job, _) => Task.FromResult<string?>($"{job.GetType().Name} {job.Word}"));

        await queue.Database.ListRightPushAsync(
            queue.Keys.Inbox,
            """{"name":"probe","id":"typed","$type":"System.Object","args":{"$type":"System.Diagnostics.Process, System.Diagnostics.Process","$id":"1","word":"x"}}""");

        await Eventually.EqualAsync<JobState?>(JobState.Completed, () => queue.StateAsync("typed"), "the state");
        Assert.Equal("\"Probe x\"", (await queue.InfoAsync("typed")).ResultJson);
    }

    [Fact]
    public async Task A_name_that_no_worker_knows_does_not_fill_the_log()
    {
        await using var queue = await TestQueue.CreateAsync();
        await queue.StartWorkerAsync((_, _) => Task.FromResult<string?>(null));
        for (var n = 0; n < 20; n++)
        {
            await queue.Enqueuer.EnqueueAsync("newer", null, new() { Queue = queue.Queue });
        }

        await Eventually.TrueAsync(() => queue.Logs.Lines.Any(IsAboutTheName), "the warning");
        await Task.Delay(TimeSpan.FromSeconds(3));

        Assert.Single(queue.Logs.Lines, IsAboutTheName);

        static bool IsAboutTheName(LogLine line) => line.Text.Contains("newer", StringComparison.Ordinal);
    }
}
