namespace FunctionJobs.Chaos;

/// <summary>A job of the queue that a list trigger serves.</summary>
internal sealed record ListWork(JobScript Script) : IJob
{
    public static string JobName => "list_work";

    public static JobQueue Queue { get; } = JobQueue.List("chaos-list");
}

/// <summary>A job of the queue that a stream trigger serves.</summary>
internal sealed record StreamWork(JobScript Script) : IJob
{
    public static string JobName => "stream_work";

    public static JobQueue Queue { get; } = JobQueue.Stream("chaos-stream");
}
