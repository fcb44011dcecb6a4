using System.Globalization;
using StackExchange.Redis;

namespace FunctionJobs.Bench;

/// <summary>
/// What each verb costs beside what lies in one world, and in turn beside an empty queue. Before the last verb fewer than 48,000 jobs
/// are enqueued: a million and these are fewer than 2^20 keys, where Redis begins to move all keys to a larger table. The last verb goes
/// beyond, and has them moved before it is measured.
/// </summary>
internal sealed class Verbs(Side empty, Side grown, Sizes sizes)
{
    private const int Lost = 1_000;

    // Microseconds. Most commands inside a script take less, and every look takes more.
    private const int SlowerThan = 10;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan UntilDue = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(2);

    public async Task MeasureAsync(Samples samples)
    {
        await CompareAsync(samples, "enqueue", "enqueue, 10 callers", "jobs/s", 8, EnqueueAsync);
        await CompareAsync(samples, "status", "ask for a job's state, one caller", "asked/s", 8, AskAsync);
        await using (await empty.StartHoldingAsync(empty.World.Queues))
        await using (await grown.StartHoldingAsync(grown.World.Queues))
        {
            await CompareAsync(samples, "stage", "stage jobs that are due together", "jobs/s", 3, StageAsync);
        }

        List<(Side Side, double Look)> looks = [];
        await CompareAsync(samples, "rescue", "rescue a killed worker's 1,000 jobs, in Redis", "ms", 8, async side =>
        {
            var (rescue, look) = await RescueAsync(side);
            looks.Add((side, look));
            return rescue;
        });
        foreach (var side in looks.GroupBy(look => look.Side, look => look.Look))
        {
            Add(samples, side.Key.World, "look", "the rescuer's look when all is well, in Redis, per queue", "ms", Summary.Of([.. side]).Median);
        }

        await CompareAsync(samples, "fetch", "fetch and run", "jobs/s", 4, FetchAsync);
    }

    /// <summary>The two sides take turns, and each begins every other one: what disturbs the machine for a while disturbs both.</summary>
    private async Task CompareAsync(Samples samples, string verb, string title, string unit, int turns, Func<Side, Task<double>> measure)
    {
        List<double> before = [], after = [];
        for (var turn = 0; turn < turns; turn++)
        {
            if (turn % 2 == 0)
            {
                before.Add(await measure(empty));
            }

            after.Add(await measure(grown));
            if (turn % 2 == 1)
            {
                before.Add(await measure(empty));
            }
        }

        Add(samples, empty.World, verb, title, unit, Summary.Of(before).Median);
        var metric = Add(samples, grown.World, verb, title, unit, Summary.Of(after).Median);
        var costs = before.Zip(after, (without, with) => metric.HigherIsBetter ? without / with : with / without);
        samples.Add(Growth.Times(metric), grown.Station.Candidate, Summary.Of([.. costs]).Median);
    }

    private async Task<double> EnqueueAsync(Side side)
    {
        var jobs = sizes.Enqueue / 10;
        return jobs / await side.SpreadAsync(jobs);
    }

    private async Task<double> AskAsync(Side side)
    {
        var asked = sizes.Enqueue / 10;
        return asked / await side.Producer.RunAsync($"status {asked}") ?? 0;
    }

    /// <summary>From when the jobs are due until the last is available.</summary>
    private async Task<double> StageAsync(Side side)
    {
        var jobs = sizes.Enqueue / 2;
        var before = await CountAsync();
        var due = Clock.Microseconds() + (long)UntilDue.TotalMicroseconds;
        await side.Producer.RunAsync(Text($"due {jobs} {due / 1000} {side.World.Queues}"));
        if (Clock.Microseconds() >= due)
        {
            throw new BenchException("the jobs were due before all were scheduled");
        }

        while (await CountAsync() > before)
        {
            if (Clock.Microseconds() - due > Patience.TotalMicroseconds)
            {
                throw new BenchException("the jobs were not staged");
            }

            await Task.Delay(LookEvery);
        }

        return jobs / ((Clock.Microseconds() - due) / 1e6);

        async Task<long> CountAsync() =>
            (await Task.WhenAll(side.World.Keys("scheduled").Select(key => side.Station.Database.SortedSetLengthAsync(key)))).Sum();
    }

    /// <summary>
    /// By Redis's slow log, set to hold every script: all calls that took more than three times as long, per queue, as the quickest; and
    /// the middle one of the others, which found nothing.
    /// </summary>
    private static async Task<(double Rescue, double Look)> RescueAsync(Side side)
    {
        var (server, world) = (side.Station.Server, side.World);
        await ForgetLossesAsync(side);
        await using var doomed = await side.StartHoldingAsync(Lost);
        await using var rescuer = await side.StartHoldingAsync(world.Queues);
        var before = await CountAsync();
        await server.ConfigSetAsync("slowlog-max-len", 100_000);
        await server.ConfigSetAsync("slowlog-log-slower-than", SlowerThan);
        await server.SlowlogResetAsync();
        var killed = Clock.Microseconds();
        await doomed.KillAsync();
        while (await CountAsync() < before + Lost)
        {
            if (Clock.Microseconds() - killed > Patience.TotalMicroseconds)
            {
                throw new BenchException("the jobs of the killed worker were not rescued");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100));
        }

        await server.ConfigSetAsync("slowlog-log-slower-than", -1);
        var calls = (await server.SlowlogGetAsync(100_000)).Where(IsRescuers).Select(call => (Time: call.Duration.TotalMilliseconds, Queues: QueuesOf(call))).ToList();
        // The quickest look of all has found nothing; those that rescue take many times as long.
        var longer = calls.Min(call => call.Time / call.Queues) * 3;
        var looks = calls.Where(call => call.Time <= longer * call.Queues).Select(call => call.Time / call.Queues).ToList();
        return (calls.Where(call => call.Time > longer * call.Queues).Sum(call => call.Time), Summary.Of(looks).Median);

        async Task<long> CountAsync() =>
            (await Task.WhenAll(world.Keys("stats").Select(key => side.Station.Database.HashGetAsync(key, "rescued")))).Sum(value => (long?)value ?? 0);
    }

    /// <summary>The jobs of the turn before are lost again in this one: of those that are lost twice a worker runs one at a time.</summary>
    private static async Task ForgetLossesAsync(Side side)
    {
        var database = side.Station.Database;
        var (available, executing, records) = (side.World.Keys("available"), side.World.Keys("executing"), side.World.Keys("job:"));
        for (var queue = 0; queue < records.Count; queue++)
        {
            RedisValue[] ids =
            [
                // Rescued jobs stand before all others.
                .. await database.SortedSetRangeByScoreAsync(available[queue], stop: 0),
                .. await database.SortedSetRangeByRankAsync(executing[queue]),
            ];
            await Task.WhenAll(ids.Select(id => database.HashDeleteAsync(records[queue].Append(id.ToString()), ["losses", "attempt"])));
        }
    }

    /// <summary>The script that takes six keys per queue, the workers' last, is the rescuer's.</summary>
    private static bool IsRescuers(CommandTrace call) =>
        call.Arguments[0] == "EVALSHA" && call.Arguments.Length > 8 && call.Arguments[8].ToString().EndsWith(":workers", StringComparison.Ordinal);

    private static int QueuesOf(CommandTrace call) => (int)call.Arguments[2] / 6;

    private async Task<double> FetchAsync(Side side)
    {
        // More than are counted: the worker goes on until it is killed. In a quick run too: fewer could not be timed.
        const int jobs = 30_000;
        await side.SpreadAsync(40_000);
        await KeyTable.SettleAsync(side.Station.Database);
        // From a quarter on: the process's start is not what grows.
        await using var workers = await side.Station.StartWorkersAsync(side.World.Running(side.Station.Redis));
        var start = await workers.ReachedAsync(jobs / 4, Patience);
        var rate = start.RateTo(await workers.ReachedAsync(jobs, Patience));
        await workers.KillAsync();
        return rate;
    }

    private Metric Add(Samples samples, World world, string verb, string title, string unit, double value)
    {
        var metric = new Metric($"{Growth.Prefix}{world.Key}-{verb}", $"{world.Title}: {title}", unit, HigherIsBetter: unit != "ms");
        samples.Add(metric, grown.Station.Candidate, value);
        return metric;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
