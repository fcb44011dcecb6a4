using FunctionJobs.Chaos;

namespace FunctionJobs.Tests;

/// <summary>Which attempts the verdict takes for handed back by a worker that was told to stop.</summary>
public sealed class RecoveriesTests
{
    private static readonly JobScript Long = new(1, Deed.Long, WorkMs: 5000, FailingAttempts: 1, DelayMs: 0, JobScript.UsualPriority);

    [Fact]
    public void An_attempt_that_is_told_to_stop_after_its_worker_was_is_handed_back() =>
        Assert.True(Recoveries.WasReleased(Long, cancelledAt: 12, stoppedAt: 10));

    [Theory]
    [InlineData(9L, 10L)]
    [InlineData(9L, null)]
    [InlineData(null, 10L)]
    public void One_that_was_told_before_or_not_at_all_is_not(long? cancelledAt, long? stoppedAt) =>
        Assert.False(Recoveries.WasReleased(Long, cancelledAt, stoppedAt));

    [Fact]
    public void One_of_a_low_priority_is_left_out_since_others_go_before_it() =>
        Assert.False(Recoveries.WasReleased(Long with { Priority = JobScript.UsualPriority + 1 }, cancelledAt: 12, stoppedAt: 10));

    [Theory]
    [InlineData(Deed.TimesOut)]
    [InlineData(Deed.Deaf)]
    public void One_whose_time_runs_out_while_its_worker_stops_has_failed_and_waits_for_its_retry(object deed) =>
        Assert.False(Recoveries.WasReleased(Long with { Deed = (Deed)deed }, cancelledAt: 12, stoppedAt: 10));
}
