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
            [queue.Doorbell, keys.Bell, keys.Ended]))!;
        var info = ((string)reply[0]!).Split("\r\n")
            .Select(line => line.Split(':', 2))
            .Where(pair => pair.Length == 2)
            .ToDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal);
        return (info, [.. reply.Skip(1).Select(refused => ((string)refused[0]!, (string)refused[1]!))]);
    }
}
