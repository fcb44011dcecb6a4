using System.Text.Json;

namespace FunctionJobs.Worker;

/// <summary>Keeps what a handler reports.</summary>
internal static class Progress
{
    private static readonly RedisScript Script = RedisScript.Load<WorkerQueue>("progress");

    public static Task RunAsync(WorkerQueue queue, string id, string lease, JobProgress progress) =>
        Script.RunAsync(
            queue.Redis, [queue.Keys.Job(id)], [lease, JsonSerializer.SerializeToUtf8Bytes(progress, JobJson.Default.JobProgress)]);
}
