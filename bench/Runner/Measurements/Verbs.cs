using System.Globalization;

namespace FunctionJobs.Bench;

/// <summary>What each verb costs in a world, one after the other.</summary>
internal sealed class Verbs(Station station, ProducerProcess producer, World world, Sizes sizes)
{
    private const int Lost = 1_000;

    // Microseconds. Most commands inside a script take less, and every look takes more.
    private const int SlowerThan = 10;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan UntilDue = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(2);

    public async Task MeasureAsync(Samples samples)
    {
        await SpreadAsync(sizes.WarmUp);
        Add(samples, "enqueue", "enqueue, 10 callers", "jobs/s", sizes.Enqueue / await SpreadAsync(sizes.Enqueue));
        var asked = sizes.Enqueue / 10;
        await producer.RunAsync($"status {asked}");
        Add(samples, "status", "ask for a job's state, one caller", "asked/s", asked / await producer.RunAsync($"status {asked}") ?? 0);

        // A worker whose jobs do not end: it stages, and takes nothing more.
        await using (var doomed = await StartHoldingAsync(Lost))
        {
            Add(samples, "stage", "stage jobs that are due together", "jobs/s", await StageAsync());
            await using var rescuer = await StartHoldingAsync(world.Queues);
            var (rescue, look) = await RescueAsync(doomed);
            Add(samples, "rescue", "rescue a killed worker's 1,000 jobs, in Redis", "ms", rescue);
            Add(samples, "look", "the rescuer's look when all is well, in Redis", "ms", look);
            await rescuer.KillAsync();
        }

        // From a quarter on: the process's start is not what grows.
        var jobs = 4 * sizes.Enqueue;
        await using var workers = await station.StartWorkersAsync(world.For(new WorkerSetup(station.Redis)));
        var start = await workers.ReachedAsync(jobs / 4, Patience);
        Add(samples, "fetch", "fetch and run", "jobs/s", start.RateTo(await workers.ReachedAsync(jobs, Patience)));
        await workers.KillAsync();
    }

    private async Task<double> SpreadAsync(int jobs) => await producer.RunAsync(
        world.Queues == 1 ? Text($"enqueue {jobs} 10") : Text($"spread {jobs} 10 {world.Queues}")) ?? 0;

    private async Task<WorkerProcesses> StartHoldingAsync(int jobs)
    {
        var setup = WorkerSetup.ThatHolds(station.Redis, jobs / world.Queues) with { Jobs = jobs };
        var workers = await station.StartWorkersAsync(world.For(setup));
        await workers.ReachedAsync(jobs, Patience);
        return workers;
    }

    /// <summary>From when the jobs are due until the last is available.</summary>
    private async Task<double> StageAsync()
    {
        var before = await CountAsync();
        var due = Clock.Microseconds() + (long)UntilDue.TotalMicroseconds;
        await producer.RunAsync(Text($"due {sizes.Enqueue} {due / 1000} {world.Queues}"));
        if (Clock.Microseconds() >= due)
            throw new BenchException("the jobs were due before all were scheduled");

        while (await CountAsync() > before)
        {
            if (Clock.Microseconds() - due > Patience.TotalMicroseconds)
                throw new BenchException("the jobs were not staged");
            await Task.Delay(LookEvery);
        }

        return sizes.Enqueue / ((Clock.Microseconds() - due) / 1e6);

        async Task<long> CountAsync() => (await Task.WhenAll(world.Keys("scheduled").Select(key => station.Database.SortedSetLengthAsync(key)))).Sum();
    }

    /// <summary>By Redis's slow log, set to hold every script: the calls that rescued, and the middle one of those that found nothing.</summary>
    private async Task<(double Rescue, double Look)> RescueAsync(WorkerProcesses doomed)
    {
        await station.Server.ConfigSetAsync("slowlog-max-len", 100_000);
        await station.Server.ConfigSetAsync("slowlog-log-slower-than", SlowerThan);
        await station.Server.SlowlogResetAsync();
        var killed = Clock.Microseconds();
        await doomed.KillAsync();
        while (await CountAsync() < Lost)
        {
            if (Clock.Microseconds() - killed > Patience.TotalMicroseconds)
                throw new BenchException("the jobs of the killed worker were not rescued");
            await Task.Delay(TimeSpan.FromMilliseconds(100));
        }

        await station.Server.ConfigSetAsync("slowlog-log-slower-than", -1);
        // The script that counts who listens on a channel is the rescuer's.
        double[] calls =
        [
            .. (await station.Server.SlowlogGetAsync(100_000))
                .Where(call => call.Arguments[0] == "EVALSHA" && call.Arguments.Contains("NUMSUB"))
                .Select(call => call.Duration.TotalMilliseconds)
                .OrderDescending(),
        ];
        var looks = calls[world.Queues..];
        return (calls[..world.Queues].Sum(), looks.Length > 0 ? looks[looks.Length / 2] : 0);

        async Task<long> CountAsync() =>
            (await Task.WhenAll(world.Keys("stats").Select(key => station.Database.HashGetAsync(key, "rescued")))).Sum(value => (long?)value ?? 0);
    }

    private void Add(Samples samples, string verb, string title, string unit, double value) => samples.Add(
        new Metric($"growth-{world.Key}-{verb}", $"{world.Title}: {title}", unit, HigherIsBetter: unit != "ms"), station.Candidate, value);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
