using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace FunctionJobs.Tests;

/// <summary>What becomes of an attempt.</summary>
public sealed class AttemptsTests
{
    [Fact]
    public async Task A_job_that_always_fails_is_discarded_after_its_attempts_with_its_errors()
    {
        await using var queue = await TestQueue.CreateAsync();
        await queue.StartWorkerAsync((_, context) => throw new InvalidOperationException($"no {context.Attempt}"));
        var handle = await queue.EnqueueAsync(options: new() { MaxAttempts = 7 });

        var failure = await Assert.ThrowsAsync<JobFailedException>(() => handle.WaitForResultAsync<string>(TimeSpan.FromSeconds(30)));

        Assert.Equal((JobState.Discarded, "no 7"), (failure.State, failure.Error!.Message));
        var info = await queue.InfoAsync(handle.Id);
        Assert.Equal(7, info.Attempt);
        Assert.Equal([3, 4, 5, 6, 7], info.Errors.Select(error => error.Attempt));
        Assert.Equal(1, await queue.Database.SortedSetLengthAsync(queue.Keys.Discarded));
    }

    [Fact]
    public async Task A_handler_that_can_never_succeed_is_discarded_at_once()
    {
        await using var queue = await TestQueue.CreateAsync();
        await queue.StartWorkerAsync((_, context) => throw context.Discard("no such user"));
        var handle = await queue.EnqueueAsync();

        await Assert.ThrowsAsync<JobFailedException>(() => handle.WaitForResultAsync<string>(TimeSpan.FromSeconds(20)));

        var info = await queue.InfoAsync(handle.Id);
        Assert.Equal((1, "no such user"), (info.Attempt, Assert.Single(info.Errors).Message));
    }

    [Fact]
    public async Task A_job_whose_type_gets_fewer_attempts_while_it_waits_for_its_next_is_discarded_with_that_reason()
    {
        await using var queue = await TestQueue.CreateAsync();
        var generous = await queue.StartWorkerAsync((_, context) => throw context.RetryAfter(TimeSpan.FromSeconds(2), "busy"));
        var handle = await queue.EnqueueAsync();
        await Eventually.EqualAsync<JobState?>(JobState.Retryable, () => queue.StateAsync(handle.Id), "the state");
        await queue.StopAsync(generous);
        await queue.StartWorkerAsync((_, _) => Task.FromResult<string?>("ran"), type: options => options.MaxAttempts = 1);

        var failure = await Assert.ThrowsAsync<JobFailedException>(() => handle.WaitForResultAsync<string>(TimeSpan.FromSeconds(20)));

        Assert.Equal((JobState.Discarded, "AttemptsUsedUp"), (failure.State, failure.Error!.Kind));
        Assert.DoesNotContain("killed", failure.Error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_message_that_is_no_Unicode_is_kept_as_far_as_it_is_some()
    {
        await using var queue = await TestQueue.CreateAsync();
        await queue.StartWorkerAsync((_, context) => throw context.Discard(new string('a', 1999) + "\ud83d\ude00 \ud83d"));
        var handle = await queue.EnqueueAsync("bad");

        await Eventually.EqualAsync<JobState?>(JobState.Discarded, () => handle.GetStateAsync(), "the state");

        Assert.StartsWith(new string('a', 1999), Assert.Single((await queue.InfoAsync(handle.Id)).Errors).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"word":17}""")]
    [InlineData("""[1,2]""")]
    [InlineData("null")]
    [InlineData("\"text\"")]
    public async Task Arguments_that_do_not_fit_are_discarded_at_once_with_the_place(string args)
    {
        await using var queue = await TestQueue.CreateAsync();
        await queue.StartWorkerAsync((_, _) => Task.FromResult<string?>("ran"));
        var handle = await queue.Enqueuer.EnqueueAsync(
            "probe", System.Text.Json.JsonDocument.Parse(args).RootElement, new() { Queue = queue.Queue });

        await Assert.ThrowsAsync<JobFailedException>(() => handle.WaitForResultAsync<string>(TimeSpan.FromSeconds(20)));

        var info = await queue.InfoAsync(handle.Id);
        Assert.Equal((1, "BadArguments"), (info.Attempt, Assert.Single(info.Errors).Kind));
        Assert.Contains("$", info.Errors[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_timeout_cancels_the_token_and_counts_as_an_attempt()
    {
        await using var queue = await TestQueue.CreateAsync();
        await queue.StartWorkerAsync(
            async (_, context) =>
            {
                if (context.Attempt == 1)
                {
                    await Task.Delay(Timeout.Infinite, context.CancellationToken);
                }

                return $"attempt {context.Attempt}";
            },
            type: options => options.Timeout = TimeSpan.FromMinutes(5));
        var handle = await queue.EnqueueAsync(options: new() { Timeout = TimeSpan.FromMilliseconds(100) });

        Assert.Equal("attempt 2", await handle.WaitForResultAsync<string>(TimeSpan.FromSeconds(20)));
        Assert.Equal("Timeout", Assert.Single((await queue.InfoAsync(handle.Id)).Errors).Kind);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_handler_that_ignores_its_token_keeps_its_job_but_not_its_slot(bool blocksItsThread)
    {
        await using var queue = await TestQueue.CreateAsync();
        var go = new Gate();
        var (running, overlaps) = (0, 0);
        await queue.StartWorkerAsync(
            async (job, context) =>
            {
                if (job.Word == "other")
                {
                    return "other";
                }

                if (Interlocked.Increment(ref running) > 1)
                {
                    Interlocked.Increment(ref overlaps);
                }

                if (context.Attempt == 1 && blocksItsThread)
                {
                    SpinWait.SpinUntil(() => go.IsOpen, TimeSpan.FromSeconds(60));
                }

                await go.Passed;
                Interlocked.Decrement(ref running);
                return $"attempt {context.Attempt}";
            },
            options => options.Concurrency = 1,
            type: options => options.Timeout = TimeSpan.FromMilliseconds(50));
        var handle = await queue.EnqueueAsync("deaf");
        var other = await queue.EnqueueAsync("other");

        Assert.Equal("other", await other.WaitForResultAsync<string>(TimeSpan.FromSeconds(30)));
        Assert.Equal(JobState.Executing, await handle.GetStateAsync());
        Assert.Single(queue.Logs.Lines, line => line.Level == LogLevel.Error && line.Text.Contains("ignores its cancelled token", StringComparison.Ordinal));
        go.Open();

        Assert.Equal("attempt 2", await handle.WaitForResultAsync<string>(TimeSpan.FromSeconds(30)));
        Assert.Equal("Timeout", Assert.Single((await queue.InfoAsync(handle.Id)).Errors).Kind);
        Assert.Equal(0, overlaps);
    }

    [Fact]
    public async Task Progress_and_errors_show_while_a_job_runs()
    {
        await using var queue = await TestQueue.CreateAsync();
        var (started, go) = (new Gate(), new Gate());
        await queue.StartWorkerAsync(async (_, context) =>
        {
            if (context.Attempt == 1)
            {
                throw new InvalidOperationException("first");
            }

            await context.ReportProgressAsync(40, "nearly half");
            started.Open();
            await go.Passed;
            return null;
        });
        var handle = await queue.EnqueueAsync();
        await started.Passed;

        var info = await queue.InfoAsync(handle.Id);

        go.Open();
        Assert.Equal((JobState.Executing, 2, new JobProgress(40, "nearly half")), (info.State, info.Attempt, info.Progress));
        Assert.Equal(new JobError(1, info.Errors[0].At, "InvalidOperationException", "first"), Assert.Single(info.Errors));
        Assert.Equal("""{"word":"word"}""", info.ArgsJson);
        Assert.NotNull(info.Worker);
        await handle.WaitForResultAsync<string>(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task A_result_over_the_limit_is_discarded_with_that_reason()
    {
        await using var queue = await TestQueue.CreateAsync();
        await queue.StartWorkerAsync((_, _) => Task.FromResult<string?>(new string('x', 600 * 1024)));
        var handle = await queue.EnqueueAsync();

        var failure = await Assert.ThrowsAsync<JobFailedException>(() => handle.WaitForResultAsync<string>(TimeSpan.FromSeconds(20)));

        Assert.Equal("ResultTooLarge", failure.Error!.Kind);
    }

    [Fact]
    public async Task Neither_arguments_nor_error_messages_appear_in_the_log_at_information_or_above()
    {
        await using var queue = await TestQueue.CreateAsync();
        await queue.StartWorkerAsync((job, _) => throw new InvalidOperationException($"cannot do {job.Word}"));
        const string secret = "s3cret-argument";
        var failing = await queue.EnqueueAsync(secret, new() { MaxAttempts = 2 });
        var unfit = await queue.Enqueuer.EnqueueAsync("probe", new { word = new[] { secret } }, new() { Queue = queue.Queue });
        await queue.Database.ListRightPushAsync(queue.Keys.Inbox, $"no job: {secret}");

        await Assert.ThrowsAsync<JobFailedException>(() => failing.WaitForResultAsync<string>(TimeSpan.FromSeconds(20)));
        await Assert.ThrowsAsync<JobFailedException>(() => unfit.WaitForResultAsync<string>(TimeSpan.FromSeconds(20)));
        await Eventually.EqualAsync(1, async () => (await queue.RejectedAsync()).Length, "the rejected entries");

        Assert.Contains(queue.Logs.Lines, line => line.Level == LogLevel.Warning);
        Assert.DoesNotContain(queue.Logs.Lines, line => line.Level >= LogLevel.Information && line.Text.Contains(secret, StringComparison.Ordinal));
        Assert.DoesNotContain(secret, (await queue.InfoAsync(unfit.Id)).Errors[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task After_jobs_whose_results_are_not_kept_nothing_of_the_queue_is_left_but_counters_and_workers()
    {
        foreach (var doorbell in new[] { Doorbell.List, Doorbell.Stream })
        {
            await using var queue = await TestQueue.CreateAsync(doorbell);
            await queue.StartWorkerAsync((_, _) => Task.FromResult<string?>("result"), type: options => options.KeepResultFor = TimeSpan.Zero);
            await queue.EnqueueManyAsync(Enumerable.Range(0, 1000).Select(n => $"{n}"));

            await Eventually.EqualAsync(
                "1000", async () => (await queue.Database.HashGetAsync(queue.Keys.Stats, "completed")).ToString(), "the completed jobs");
            Assert.Equal(0, await queue.DoorbellLengthAsync());
            await queue.Database.KeyDeleteAsync(doorbell == Doorbell.Stream ? queue.Keys.Trigger : "none");
            // The worker waits, and says so.
            await Eventually.EqualAsync(
                string.Join(' ', new[] { queue.Keys.Offers, queue.Keys.Stats, queue.Keys.Workers }),
                async () => string.Join(' ', await queue.KeysInRedisAsync()),
                "the queue's keys");
        }
    }

    [Fact]
    public async Task An_exception_that_has_no_message_or_throws_for_it_is_a_failure_like_any_other()
    {
        await using var queue = await TestQueue.CreateAsync();
        await queue.StartWorkerAsync((_, context) => throw new OddException(throws: context.Attempt == 1));
        var handle = await queue.EnqueueAsync(options: new() { MaxAttempts = 2 });

        var failure = await Assert.ThrowsAsync<JobFailedException>(() => handle.WaitForResultAsync<string>(TimeSpan.FromSeconds(20)));

        Assert.Equal((nameof(OddException), ""), (failure.Error!.Kind, failure.Error.Message));
        Assert.Equal([nameof(OddException), nameof(OddException)], (await queue.InfoAsync(handle.Id)).Errors.Select(error => error.Kind));
    }

    [Fact]
    public async Task The_log_says_whether_a_failed_job_runs_again_or_is_a_dead_letter()
    {
        await using var queue = await TestQueue.CreateAsync();
        await queue.StartWorkerAsync((job, context) => job.Word == "hopeless" ? throw context.Discard("no") : throw new InvalidOperationException());
        var hopeless = await queue.EnqueueAsync("hopeless");
        var failing = await queue.EnqueueAsync("failing", new() { MaxAttempts = 2 });

        await Assert.ThrowsAsync<JobFailedException>(() => hopeless.WaitForResultAsync<string>(TimeSpan.FromSeconds(20)));
        await Assert.ThrowsAsync<JobFailedException>(() => failing.WaitForResultAsync<string>(TimeSpan.FromSeconds(20)));

        Assert.Equal(["Warning in attempt 1 of 3: DiscardJobException. It is discarded."], Said(hopeless));
        Assert.Collection(
            Said(failing),
            line => Assert.Matches("^Warning in attempt 1 of 2: InvalidOperationException. It runs again in 0(.1)? s.$", line),
            line => Assert.Equal("Warning in attempt 2 of 2: InvalidOperationException. It is discarded.", line));

        string[] Said(JobHandle job) =>
            [.. queue.Logs.Lines.Where(line => line.Text.Contains($"Job {job.Id} ", StringComparison.Ordinal) && line.Text.Contains(" failed in ", StringComparison.Ordinal))
                .Select(line => $"{line.Level} {line.Text[line.Text.IndexOf(" in ", StringComparison.Ordinal)..].Trim()}")];
    }

    private sealed class OddException(bool throws) : Exception
    {
        public override string Message => throws ? throw new InvalidOperationException("none") : null!;
    }
}
