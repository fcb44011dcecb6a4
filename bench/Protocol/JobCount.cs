using System.Globalization;

namespace FunctionJobs.Bench;

/// <summary>
/// Counts the jobs of this process and says so on standard output: <c>count process jobs time</c>, at the first job, at the last,
/// and every 20 ms in between. Where latency is measured: <c>latency microseconds</c> per job.
/// </summary>
public static class JobCount
{
    private static readonly int Last = BenchSettings.Jobs;
    private static readonly bool Latency = BenchSettings.Latency;
    private static readonly Timer Clerk = new(_ => Say(Volatile.Read(ref count)));
    private static int count;
    private static int said;

    /// <summary>To be called once the worker can take jobs.</summary>
    public static void Ready()
    {
        Clerk.Change(TimeSpan.FromMilliseconds(20), TimeSpan.FromMilliseconds(20));
        Line($"ready {Environment.ProcessId}");
    }

    /// <summary>The no-op job.</summary>
    public static void Ran(string name)
    {
        if (Latency && long.TryParse(name, CultureInfo.InvariantCulture, out var enqueued))
        {
            Line($"latency {Clock.Microseconds() - enqueued}");
        }

        var number = Interlocked.Increment(ref count);
        if (number == 1 || number == Last)
        {
            Say(number);
        }
    }

    private static void Say(int number)
    {
        if (Interlocked.Exchange(ref said, number) != number)
        {
            Line($"count {Environment.ProcessId} {number} {Clock.Microseconds()}");
        }
    }

    private static void Line(string text) => Console.Out.WriteLine(text);
}
