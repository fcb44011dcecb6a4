using FunctionJobs.Chaos;

namespace FunctionJobs.Tests;

/// <summary>Until when a job could have had a slot. Times are seconds of a made-up run; each worker has two slots.</summary>
public sealed class SlotsTests
{
    private const double Fault = 10;

    [Fact]
    public void A_job_that_starts_where_a_slot_was_free_could_have_had_it_until_it_started() =>
        Assert.Equal(13, LastChance(Lost(13), [Run(5, 20)], At("a")));

    [Fact]
    public void While_every_slot_is_taken_a_job_has_no_chance() =>
        Assert.Equal(12, LastChance(Lost(15), [Run(5, 20), Run(5, 11), Run(12, 14.95)], At("a")));

    [Fact]
    public void A_slot_that_is_filled_within_a_tenth_of_a_second_was_not_free() =>
        Assert.Equal(Fault, LastChance(Lost(15), [Run(5, 20), Run(5, 14.95)], At("a")));

    [Theory]
    [InlineData(5, 0, 14)]
    [InlineData(6, 1, 14)]
    [InlineData(4, 0, Fault)]
    [InlineData(5, 1, Fault)]
    public void A_slot_given_to_another_job_was_a_chance_unless_that_job_goes_before_it(int priority, int losses, double chance) =>
        Assert.Equal(
            chance, LastChance(Lost(15), [Run(5, 20), Run(5, 13.95), Run(14, 14.95, priority: priority, losses: losses)], At("a")));

    [Fact]
    public void A_slot_of_another_worker_counts_and_one_of_the_other_queue_does_not()
    {
        Turn[] busy = [Run(5, 20), Run(5, 14.95)];

        Assert.Equal(13, LastChance(Lost(15), [.. busy, Run(5, 20, "b"), Run(13, 20, "b")], At("a"), At("b")));
        Assert.Equal(Fault, LastChance(Lost(15), [.. busy, Run(5, 13, isStream: true), Run(14, 20, isStream: true)], At("a")));
    }

    [Fact]
    public void A_worker_that_has_not_begun_is_frozen_or_was_told_to_end_has_no_slots() =>
        Assert.Equal(
            Fault,
            LastChance(
                Lost(15),
                [Run(5, 20), Run(5, 14.95)],
                At("a"),
                At("b") with { From = Ticks(15) },
                At("c") with { Frozen = new(Ticks(9), Ticks(17)) },
                At("d") with { To = Ticks(9.5) }));

    [Fact]
    public void A_job_lost_twice_has_no_chance_where_another_such_job_runs()
    {
        Turn[] others = [Run(5, 14.95, losses: 2), Run(12, 12.1)];

        Assert.Equal(Fault, LastChance(Lost(15, losses: 2), others, At("a")));
        Assert.Equal(Fault, LastChance(Lost(15, losses: 2), [Run(5, 14.95, isStream: true, losses: 2)], At("a")));
        Assert.Equal(15, LastChance(Lost(15, losses: 1), others, At("a")));
        Assert.Equal(14.5, LastChance(Lost(15, losses: 2), [.. others, Run(14.5, 20, "b"), Run(5, 20, "b")], At("a"), At("b")), 6);
    }

    [Fact]
    public void A_job_lost_twice_that_found_another_such_job_running_may_take_two_tenths_of_a_second_more()
    {
        Turn[] another = [Run(5, 14.65, losses: 2)];

        Assert.Equal(Fault, LastChance(Lost(15, losses: 2), another, At("a")));
        Assert.Equal(15.2, LastChance(Lost(15.2, losses: 2), another, At("a")));
        Assert.Equal(15, LastChance(Lost(15, losses: 1), [Run(5, 14.65), Run(5, 14.65)], At("a")));
    }

    private static double LastChance(Turn turn, Turn[] others, params Shift[] shifts) =>
        new Slots([.. others, turn], shifts, perQueue: 2).LastChance(turn, Ticks(Fault)) / (double)TimeProvider.System.TimestampFrequency;

    private static Turn Lost(double start, int losses = 1) => Run(start, 30, losses: losses);

    private static Turn Run(double start, double over, string worker = "a", bool isStream = false, int priority = 5, int losses = 0) =>
        new(worker, isStream, Ticks(start), Ticks(over), priority, losses);

    private static Shift At(string worker) => new(worker, Ticks(1), Ticks(30));

    private static long Ticks(double seconds) => Turn.Ticks(TimeSpan.FromSeconds(seconds));
}
