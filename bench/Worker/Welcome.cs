namespace FunctionJobs.Bench;

/// <summary>The no-op job, with the arguments of a welcome mail.</summary>
internal sealed record Welcome(int UserId, string Email, string Name) : IJob
{
    public static string JobName => "welcome";

    public static JobQueue Queue { get; } = JobQueue.List("bench");
}
