using System.Collections.Concurrent;
using FunctionJobs.Worker;

namespace FunctionJobs.Tests;

public sealed class RunningTests
{
    [Fact]
    public async Task Jobs_that_wait_while_others_are_put_off_keep_their_leases()
    {
        await using var queue = await TestQueue.CreateAsync();
        var worker = await queue.StartHostAsync((job, _) => Task.FromResult<string?>(job.Word), options => options.RenewEvery = TimeSpan.FromSeconds(0.2));
        foreach (var handle in await queue.EnqueueManyAsync(["lost twice", "lost twice too"]))
        {
            await queue.Database.HashSetAsync(queue.Keys.Job(handle.Id), "losses", 2);
        }

        var innocent = await queue.EnqueueAsync("innocent");
        // Nothing can be put off.
        await queue.Database.StringSetAsync(queue.Keys.Scheduled, "something else");
        worker.PumpOf(queue).Drive();
        Task<double?> LeaseAsync() => queue.Database.SortedSetScoreAsync(queue.Keys.Executing, innocent.Id);
        await Eventually.TrueAsync(async () => await LeaseAsync() is not null, "it is leased");
        var first = await LeaseAsync();

        await Eventually.TrueAsync(async () => await LeaseAsync() > first, "its lease is renewed");

        await queue.Database.KeyDeleteAsync(queue.Keys.Scheduled);
        Assert.Equal("innocent", await innocent.WaitForResultAsync<string>(TimeSpan.FromSeconds(20)));
    }

    [Theory]
    [InlineData(Doorbell.List)]
    [InlineData(Doorbell.Stream)]
    public async Task An_enqueued_job_runs_and_its_result_can_be_awaited(Doorbell doorbell)
    {
        await using var queue = await TestQueue.CreateAsync(doorbell);
        await queue.StartWorkerAsync((job, _) => Task.FromResult<string?>(job.Word + "!"));

        var handle = await queue.EnqueueAsync("hello");

        Assert.Equal("hello!", await handle.WaitForResultAsync<string>(TimeSpan.FromSeconds(10)));
        var info = await handle.GetInfoAsync();
        Assert.Equal(JobState.Completed, info!.State);
        Assert.Equal(1, info.Attempt);
    }

    [Fact]
    public async Task Who_awaits_a_job_whose_result_is_kept_for_a_millisecond_has_ten_seconds_to_read_it()
    {
        await using var queue = await TestQueue.CreateAsync();
        var go = new Gate();
        await queue.StartWorkerAsync(async (job, _) =>
        {
            await go.Passed;
            return job.Word;
        });
        var handle = await queue.EnqueueAsync("kept", new() { KeepResultFor = TimeSpan.FromMilliseconds(1) });
        var waiting = handle.WaitForResultAsync<string>(TimeSpan.FromSeconds(10));
        await Eventually.TrueAsync(() => queue.Database.HashExistsAsync(queue.Keys.Job(handle.Id), "awaited"), "the wait is known to Redis");
        go.Open();

        Assert.Equal("kept", await waiting);
        var left = await queue.Database.KeyTimeToLiveAsync(queue.Keys.Job(handle.Id));
        var since = await queue.NowAsync() - (await queue.InfoAsync(handle.Id)).FinishedAt!.Value;
        Assert.InRange((left + since)!.Value, TimeSpan.FromSeconds(9.9), TimeSpan.FromSeconds(15));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public async Task A_worker_whose_clock_is_an_hour_off_changes_nothing(int hours)
    {
        await using var queue = await TestQueue.CreateAsync();
        await queue.StartWorkerAsync(
            new WrongClock(TimeSpan.FromHours(hours)),
            (_, context) => context.Attempt == 1 ? throw new InvalidOperationException("again") : Task.FromResult<string?>("ok"));
        var delayed = await queue.EnqueueAsync(options: new() { Delay = TimeSpan.FromMilliseconds(500), ExpiresIn = TimeSpan.FromMinutes(10) });
        var due = (await queue.InfoAsync(delayed.Id)).ScheduledAt!.Value;
        var later = await queue.EnqueueAsync(options: new() { Delay = TimeSpan.FromMinutes(30) });

        Assert.Equal("ok", await delayed.WaitForResultAsync<string>(TimeSpan.FromSeconds(20)));

        var info = await queue.InfoAsync(delayed.Id);
        Assert.InRange(info.Errors[0].At - due, TimeSpan.Zero, TimeSpan.FromSeconds(5));
        Assert.InRange(info.FinishedAt!.Value - due, TimeSpan.Zero, TimeSpan.FromSeconds(5));
        Assert.Equal(JobState.Scheduled, await later.GetStateAsync());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public async Task A_worker_whose_clock_is_an_hour_off_takes_no_job_from_another_and_loses_none_to_it(int hours)
    {
        await using var queue = await TestQueue.CreateAsync();
        var (started, go) = (new CountdownEvent(2), new Gate());
        async Task<string?> RunAsync(Probe job, JobContext context)
        {
            started.Signal();
            await go.Passed;
            return context.CancellationToken.IsCancellationRequested ? "cancelled" : job.Word;
        }

        await queue.StartWorkerAsync(RunAsync, options => options.Concurrency = 1);
        var first = await queue.EnqueueAsync("right");
        await Eventually.EqualAsync(1, () => Task.FromResult(started.CurrentCount), "the jobs yet to start");
        await queue.StartWorkerAsync(new WrongClock(TimeSpan.FromHours(hours)), RunAsync);
        var second = await queue.EnqueueAsync("wrong");
        await Eventually.EqualAsync(0, () => Task.FromResult(started.CurrentCount), "the jobs yet to start");

        // Longer than a lease without its renewals.
        await queue.WaitUntilAsync(await queue.NowAsync() + TimeSpan.FromSeconds(16));
        go.Open();

        Assert.Equal("right", await first.WaitForResultAsync<string>(TimeSpan.FromSeconds(10)));
        Assert.Equal("wrong", await second.WaitForResultAsync<string>(TimeSpan.FromSeconds(10)));
        Assert.Equal(1, (await queue.InfoAsync(first.Id)).Attempt);
        Assert.Equal(1, (await queue.InfoAsync(second.Id)).Attempt);
    }

    [Fact]
    public async Task Handlers_that_block_their_threads_keep_their_leases()
    {
        const int concurrency = 64;
        await using var queue = await TestQueue.CreateAsync();
        var runs = new ConcurrentDictionary<string, int>();
        await queue.StartWorkerAsync(
            (job, _) =>
            {
                runs.AddOrUpdate(job.Word, 1, (_, n) => n + 1);
                using var never = new ManualResetEvent(false);
                never.WaitOne(TimeSpan.FromSeconds(25));
                return Task.FromResult<string?>(null);
            },
            options => options.Concurrency = concurrency);
        await queue.EnqueueManyAsync(Enumerable.Range(0, concurrency).Select(n => $"{n}"));

        await Task.Delay(TimeSpan.FromSeconds(30));
        await Eventually.EqualAsync(0, () => queue.Database.SortedSetLengthAsync(queue.Keys.Executing), "the jobs still held", TimeSpan.FromSeconds(60));
        Assert.Equal(
            $"{concurrency} runs 0 rescued",
            $"{runs.Values.Sum()} runs {(long)await queue.Database.HashGetAsync(queue.Keys.Stats, "rescued")} rescued");
    }

    [Fact]
    public async Task After_many_jobs_and_their_retention_the_memory_of_Redis_is_back_to_its_level()
    {
        // Redis remembers slow commands, with their arguments, in memory that is nobody's data.
        await using var server = await LocalServices.LocalRedis.StartAsync(new() { Arguments = ["--slowlog-log-slower-than", "-1"] });
        await LoadScriptsAsync(server.ConnectionString);
        await using var queue = await TestQueue.CreateAsync(Doorbell.Stream, $"{server.ConnectionString},allowAdmin=true");
        await queue.StartWorkerAsync((job, _) => Task.FromResult<string?>(job.Word), type: options => options.KeepResultFor = TimeSpan.FromSeconds(1));
        await RunAsync(10_000, 10_000);
        var before = await MemoryAsync();

        await RunAsync(100_000, 110_000);

        // The clients' buffers count too, and shrink a little later.
        await Eventually.TrueAsync(async () => await MemoryAsync() <= before * 1.05, $"the data set is back to its {before} bytes, within 5 %");

        async Task RunAsync(int count, int total)
        {
            await queue.EnqueueManyAsync(Enumerable.Range(0, count).Select(n => new string('x', 100)));
            await Eventually.EqualAsync(
                $"{total}", async () => (await queue.Database.HashGetAsync(queue.Keys.Stats, "completed")).ToString(), "the completed jobs", TimeSpan.FromMinutes(3));
            await Eventually.TrueAsync(async () => (await queue.Database.ExecuteAsync("DBSIZE")).ToString().Length == 1, "the records are gone");
        }

        async Task<long> MemoryAsync()
        {
            var info = (await queue.Database.ExecuteAsync("INFO", "memory")).ToString();
            return long.Parse(
                info.Split("\r\n").Single(line => line.StartsWith("used_memory_dataset:", StringComparison.Ordinal)).Split(':')[1],
                System.Globalization.CultureInfo.InvariantCulture);
        }
    }

    /// <summary>Redis keeps each script that it has seen; some are first called after a while.</summary>
    private static async Task LoadScriptsAsync(string redis)
    {
        await using var queue = await TestQueue.CreateAsync(redis: redis);
        var worker = queue.AsWorker();
        await Heartbeat.RunAsync(worker);
        await queue.EnqueueAsync();
        var job = (await worker.FetchOneAsync())!;
        await worker.RenewAsync(job);
        await worker.ReleaseAsync(job);
        await worker.RetryAsync((await worker.FetchOneAsync())!);
        await worker.MakeDueAsync(job.Id);
        await worker.StageAsync();
        await worker.PostponeAsync((await worker.FetchOneAsync())!);
        await worker.RescueAsync();
        await Prune.RunAsync(worker);
        await queue.Database.KeyDeleteAsync([.. (await queue.KeysInRedisAsync()).Select(key => (StackExchange.Redis.RedisKey)key)]);
    }

    private sealed class WrongClock(TimeSpan off) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + off;
    }
}
