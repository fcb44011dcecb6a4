using FunctionJobs.Worker;

namespace FunctionJobs.Bench;

internal sealed class WelcomeHandler : IJobHandler<Welcome>
{
    private static readonly bool Fails = BenchSettings.Number("BENCH_FAIL", 0) == 1;

    private static readonly bool Holds = BenchSettings.Number("BENCH_HOLD", 0) == 1;

    private static readonly Waits? Waits = BenchSettings.Wait > 0 ? new(TimeSpan.FromMilliseconds(BenchSettings.Wait)) : null;

    public Task HandleAsync(Welcome job, JobContext context)
    {
        JobCount.Ran(job.Name);
        if (Holds)
        {
            return Task.Delay(Timeout.InfiniteTimeSpan, context.CancellationToken);
        }

        if (Waits is not null)
        {
            return Waits.OneAsync();
        }

        return Fails ? throw context.Discard("Told to fail.") : Task.CompletedTask;
    }
}
