using StackExchange.Redis;

namespace FunctionJobs.Worker;

/// <summary>An attempt that has ended and waits to be written.</summary>
internal readonly record struct Finish(LeasedJob Job, Outcome Outcome)
{
    /// <summary>Reads a verb's reply: per attempt 1, 2 when the job was cancelled instead, as somebody had asked, or 0 when its lease was lost.</summary>
    /// <returns>Per attempt whether it counted.</returns>
    public static bool[] Counted(RedisResult reply, string queue, string move)
    {
        var ends = (long[])reply!;
        WorkerTelemetry.Moved(queue, move, ends.Count(end => end == 1));
        WorkerTelemetry.Moved(queue, "cancelled", ends.Count(end => end == 2));
        WorkerTelemetry.Moved(queue, "lost", ends.Count(end => end == 0));
        return Array.ConvertAll(ends, end => end > 0);
    }

    /// <summary>Of attempts whose end is not written: their lease is gone.</summary>
    public static bool[] Lost(string queue, int count)
    {
        WorkerTelemetry.Moved(queue, "lost", count);
        return new bool[count];
    }
}
