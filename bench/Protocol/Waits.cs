using System.Collections.Concurrent;

namespace FunctionJobs.Bench;

/// <summary>
/// Waits of one length, to the millisecond, as a service's answer would end them. The runtime's timers go by a clock that Linux may move
/// only every few milliseconds, and would make the job that is compared a longer one.
/// </summary>
public sealed class Waits
{
    private readonly BlockingCollection<(long Over, TaskCompletionSource Done)> waiting = [];
    private readonly TimeSpan length;

    public Waits(TimeSpan length)
    {
        this.length = length;
        new Thread(End) { IsBackground = true, Name = nameof(Waits) }.Start();
    }

    /// <returns>Done when the time is over.</returns>
    public Task OneAsync()
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        waiting.Add((TimeProvider.System.GetTimestamp() + (long)(length.TotalSeconds * TimeProvider.System.TimestampFrequency), done));
        return done.Task;
    }

    /// <summary>All being of one length, they end in the order in which they began.</summary>
    private void End()
    {
        foreach (var (over, done) in waiting.GetConsumingEnumerable())
        {
            for (var left = Left(over); left > TimeSpan.Zero; left = Left(over))
            {
                // Of part of a millisecond nothing would be slept.
#pragma warning disable RS0030 // This thread is for sleeping.
                Thread.Sleep((int)Math.Ceiling(left.TotalMilliseconds));
#pragma warning restore RS0030
            }

            done.SetResult();
        }
    }

    private static TimeSpan Left(long over) => TimeProvider.System.GetElapsedTime(TimeProvider.System.GetTimestamp(), over);
}
