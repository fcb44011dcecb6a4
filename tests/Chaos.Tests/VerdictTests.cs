using FunctionJobs.Chaos;

namespace FunctionJobs.Tests;

public sealed class VerdictTests
{
    private static readonly ChaosOptions Options = ChaosOptions.Parse(["--jobs", "100"])!;

    [Theory]
    [InlineData(100, true)]
    [InlineData(99, false)]
    public void A_run_holds_only_when_all_its_jobs_have_been_accepted(int accepted, bool holds)
    {
        var verdict = Verdict.Of(new Evidence
        {
            Options = Options,
            Enqueues = [.. Enumerable.Range(0, accepted).Select(job => new JournalEntry(0, JournalEvent.Accepted, job, 0))],
            Attempts = [],
            Workers = [],
            Enqueuers = [],
            // Nothing is broken in it.
            Faults = new FaultInjector(null!, null!, null!, null!, null!, 0),
            Effects = new Dictionary<int, int>(),
            States = new Dictionary<int, JobState>(),
            Counters = new Dictionary<string, long>(),
        });

        Assert.Equal(holds, verdict.Figures.Single(figure => figure.Name == "never accepted").Holds);
    }
}
