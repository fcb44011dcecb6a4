namespace FunctionJobs.Worker;

/// <summary>Reads version and settings of the server that holds a queue.</summary>
internal static class Inspect
{
    private static readonly RedisScript Script = RedisScript.Load<WorkerQueue>("inspect");

    public static async Task<Dictionary<string, string>> RunAsync(WorkerQueue queue)
    {
        var info = (string)(await Script.RunAsync(queue.Redis, [queue.Keys.Stats], []))!;
        return info.Split("\r\n")
            .Select(line => line.Split(':', 2))
            .Where(pair => pair.Length == 2)
            .ToDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal);
    }
}
