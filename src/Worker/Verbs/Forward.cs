using StackExchange.Redis;

namespace FunctionJobs.Worker;

/// <summary>Puts what a trigger has read, and what is no id, into the inbox.</summary>
internal static class Forward
{
    private static readonly RedisScript Script = RedisScript.Load<WorkerQueue>("forward");

    public static Task RunAsync(WorkerQueue queue, List<RedisValue> entries) =>
        Script.RunAsync(queue.Redis, [queue.Keys.Inbox, queue.Keys.Executing], [.. entries]);
}
