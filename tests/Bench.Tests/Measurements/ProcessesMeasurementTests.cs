using FunctionJobs.Bench;

namespace FunctionJobs.Tests;

public sealed class ProcessesMeasurementTests
{
    [Theory]
    [InlineData(0, 2_000)]
    [InlineData(1_999, 2_000)]
    [InlineData(3_000, 3_001)]
    [InlineData(4_999, 5_000)]
    // There is no 5,001st to wait for.
    [InlineData(5_000, 5_000)]
    public void Jobs_are_counted_from_two_fifths_or_the_next_that_there_is(int ran, int from) =>
        Assert.Equal(from, ProcessesMeasurement.CountedFrom(5_000, ran));

    [Fact]
    public void Where_all_jobs_ran_before_the_last_worker_was_ready_they_were_too_few()
    {
        var end = new Moment(1_000_000, 5_000);

        var e = Assert.Throws<BenchException>(() => end.RateTo(end));

        Assert.Equal("5,000 jobs were too few to be timed", e.Message);
    }
}
