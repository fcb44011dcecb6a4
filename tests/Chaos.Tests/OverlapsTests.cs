using FunctionJobs.Chaos;

namespace FunctionJobs.Tests;

/// <summary>What the verdict makes of attempts that ran side by side. Times are seconds of a made-up run.</summary>
public sealed class OverlapsTests
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(12);

    [Fact]
    public void Attempts_one_after_the_other_and_those_of_different_jobs_are_no_overlap() =>
        Assert.Equal(new Overlaps(), Of([], Run(0, 5), Run(5, 6), Run(6, 9), Run(0, 9, job: 2)));

    [Fact]
    public void A_frozen_worker_explains_an_overlap_when_its_handler_is_told_as_it_wakes() =>
        Assert.Equal(
            new Overlaps(AfterFreeze: 1, SlowestWord: 0.5),
            Of([], Run(0, 20, cancelled: 18.5, frozen: (1, 18)), Run(15, 16)));

    [Theory]
    [InlineData(null)]
    [InlineData(19.5)]
    public void A_woken_handler_that_goes_on_untold_or_is_told_late_fails_the_run(double? cancelled) =>
        Assert.Equal(1, Of([], Run(0, 20, cancelled, frozen: (1, 18)), Run(15, 16)).NotTold);

    [Fact]
    public void A_woken_handler_that_ends_before_anybody_could_tell_it_does_not_fail_the_run() =>
        Assert.Equal(new Overlaps(AfterFreeze: 1), Of([], Run(0, 18.1, frozen: (1, 18)), Run(15, 16)));

    [Fact]
    public void A_freeze_after_the_second_attempt_started_explains_nothing() =>
        Assert.Equal(1, Of([], Run(0, 30, cancelled: 2, frozen: (10, 28)), Run(5, 6)).Unexplained);

    [Fact]
    public void A_second_attempt_soon_after_the_freeze_is_explained_by_nothing() =>
        Assert.Equal(1, Of([], Run(0, 20, cancelled: 18.5, frozen: (1, 18)), Run(6, 7)).Unexplained);

    [Fact]
    public void A_handler_that_ignores_its_token_explains_no_overlap() =>
        Assert.Equal(new Overlaps(Unexplained: 1), Of([], Run(0, 8, cancelled: 1.5), Run(7, 9)));

    [Fact]
    public void An_outage_of_Redis_explains_an_overlap_only_when_it_outlasts_the_lease()
    {
        Stretch[] runs = [Run(0, 30, cancelled: 15), Run(20, 21)];

        Assert.Equal(new Overlaps(AfterOutage: 1), Of([new(Ticks(2), Ticks(17))], runs));
        Assert.Equal(new Overlaps(Unexplained: 1), Of([new(Ticks(2), Ticks(10))], runs));
        Assert.Equal(new Overlaps(Unexplained: 1), Of([new(Ticks(22), Ticks(40))], runs));
    }

    [Fact]
    public void After_an_outage_too_a_handler_that_was_not_told_fails_the_run() =>
        Assert.Equal(new Overlaps(AfterOutage: 1, NotTold: 1), Of([new(Ticks(2), Ticks(17))], Run(0, 30), Run(20, 21)));

    [Fact]
    public void An_attempt_is_compared_with_all_that_follow_not_only_with_the_next() =>
        Assert.Equal(3, Of([], Run(0, 9), Run(1, 2), Run(3, 4), Run(5, 6)).Unexplained);

    private static Overlaps Of(Outage[] outages, params Stretch[] stretches) => Overlaps.Of(stretches, outages, Lease);

    private static Stretch Run(double start, double over, double? cancelled = null, (double From, double To)? frozen = null, int job = 1) =>
        new(job, Ticks(start), Ticks(over), cancelled is { } at ? Ticks(at) : null, frozen is { } cold ? new(Ticks(cold.From), Ticks(cold.To)) : null);

    private static long Ticks(double seconds) => (long)(seconds * TimeProvider.System.TimestampFrequency);
}
