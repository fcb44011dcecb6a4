
namespace FunctionJobs.Worker;

/// <summary>Makes due jobs available.</summary>
internal static class Stage
{
    private const int AtMost = 500;

    private static readonly RedisScript Script = RedisScript.Load<WorkerQueue>("stage");

    /// <returns>How many were staged, how long until the next is due (null: none is scheduled), and how much the inbox holds.</returns>
    public static async Task<(int Staged, TimeSpan? NextIn, long Inbox)> RunAsync(WorkerQueue queue)
    {
        var keys = queue.Keys;
        var reply = (long[])(await Script.RunAsync(
            queue.Redis,
            [keys.JobPrefix, keys.Scheduled, keys.Available, keys.Trigger, keys.Stats, keys.Inbox],
            [queue.Doorbell, keys.Bell, AtMost]))!;
        WorkerTelemetry.Moved(queue.Name, "staged", reply[0]);
        return ((int)reply[0], reply[1] < 0 ? null : TimeSpan.FromMilliseconds(reply[1]), reply[2]);
    }
}
