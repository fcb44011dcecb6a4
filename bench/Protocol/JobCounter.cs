using System.Globalization;

namespace FunctionJobs.Bench;

/// <summary>
/// Counts jobs and says so: <c>count process jobs time</c>, at the first, at the last, and every 20 ms in between. Where latency is
/// measured: <c>latency microseconds</c> per job and then its count, and nothing every 20 ms, which an idle worker would be charged with.
/// </summary>
public sealed class JobCounter
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(20);

    private readonly int last;
    private readonly bool latency;
    private readonly Action<string> line;
    private readonly ITimer? clerk;
    private int count;
    private int said;

    /// <param name="last">The job whose count is said at once.</param>
    /// <param name="latency">Whether each job's name is the time at which it was enqueued.</param>
    /// <param name="time">Whose timer it is.</param>
    /// <param name="line">Takes what is said.</param>
    public JobCounter(int last, bool latency, TimeProvider time, Action<string> line)
    {
        ArgumentNullException.ThrowIfNull(time);
        this.last = last;
        this.latency = latency;
        this.line = line;
        clerk = latency ? null : time.CreateTimer(_ => Say(Volatile.Read(ref count)), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public void Ready()
    {
        clerk?.Change(Every, Every);
        line($"ready {Environment.ProcessId}");
    }

    public void Ran(string name)
    {
        if (latency && long.TryParse(name, CultureInfo.InvariantCulture, out var enqueued))
        {
            line($"latency {Clock.Microseconds() - enqueued}");
        }

        var number = Interlocked.Increment(ref count);
        if (latency || number == 1 || number == last)
        {
            Say(number);
        }
    }

    private void Say(int number)
    {
        if (Interlocked.Exchange(ref said, number) != number)
        {
            line($"count {Environment.ProcessId} {number} {Clock.Microseconds()}");
        }
    }
}
