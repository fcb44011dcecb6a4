using StackExchange.Redis;

namespace FunctionJobs.Worker;

/// <summary>Reads version and settings of the server that holds a queue, and tries what the scripts need.</summary>
internal static class Inspect
{
    private static readonly RedisScript Script = RedisScript.Load<WorkerQueue>("inspect");

    /// <returns>The fields of INFO, none where it may not be asked; and what is refused: a command or key, and the reason.</returns>
    public static async Task<(Dictionary<string, string> Info, (string What, string Reason)[] Refused)> RunAsync(WorkerQueue queue)
    {
        var keys = queue.Keys;
        var reply = (RedisResult[])(await Script.RunAsync(
            queue.Redis,
            [
                keys.Trial, keys.Available, keys.Scheduled, keys.Executing, keys.Discarded, keys.Workers, keys.Inbox, keys.Rejected, keys.Stats,
            ],
            [queue.Doorbell, keys.Bell, keys.Ended, queue.Redis.Database]))!;
        return (InfoOf((string)reply[0]!), [.. reply.Skip(1).Select(refused => ((string)refused[0]!, (string)refused[1]!))]);
    }

    /// <summary>The fields of INFO's text. Some have a line per module, all of one name: the first is as good as any.</summary>
    internal static Dictionary<string, string> InfoOf(string text) => text.Split("\r\n")
        .Select(line => line.Split(':', 2))
        .Where(pair => pair.Length == 2)
        .DistinctBy(pair => pair[0], StringComparer.Ordinal)
        .ToDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal);
}
