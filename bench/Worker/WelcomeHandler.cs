using FunctionJobs.Worker;

namespace FunctionJobs.Bench;

internal sealed class WelcomeHandler : IJobHandler<Welcome>
{
    private static readonly bool Fails = BenchSettings.Number("BENCH_FAIL", 0) == 1;

    public Task HandleAsync(Welcome job, JobContext context)
    {
        JobCount.Ran(job.Name);
        return Fails ? throw context.Discard("Told to fail.") : Task.CompletedTask;
    }
}
