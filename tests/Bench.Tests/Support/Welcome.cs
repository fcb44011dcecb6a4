using FunctionJobs.Worker;

namespace FunctionJobs.Tests;

/// <summary>A no-op job with 100 bytes of arguments.</summary>
internal sealed record Welcome(int UserId, string Email, string Name) : IJob
{
    public static string JobName => "welcome";

    public static JobQueue Queue { get; } = JobQueue.List("costs");

    public static Welcome Number(int number) => new(100_000 + number, $"customer.{100_000 + number}@post.example.com", "Maria Magdalena Mustermann");
}

/// <summary>Counts the jobs that it runs.</summary>
internal sealed class WelcomeHandler(JobsRun run) : IJobHandler<Welcome>
{
    public Task HandleAsync(Welcome job, JobContext context)
    {
        run.One();
        return Task.CompletedTask;
    }
}

internal sealed class JobsRun
{
    private int count;

    public int Count => Volatile.Read(ref count);

    public void One() => Interlocked.Increment(ref count);
}
