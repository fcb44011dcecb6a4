using CsCheck;
using FunctionJobs.Worker;

namespace FunctionJobs.Tests;

public sealed class BackoffTests
{
    private static readonly Gen<JobTypeOptions> Options = Gen.Select(
        Gen.Int[0, 86_400_000], Gen.Int[0, 604_800_000], Gen.Double[0, 1],
        (start, most, jitter) => new JobTypeOptions
        {
            BackoffBase = TimeSpan.FromMilliseconds(start),
            BackoffMax = TimeSpan.FromMilliseconds(most),
            BackoffJitter = jitter,
        });

    [Fact]
    public void A_wait_is_never_negative_and_never_above_the_limit() =>
        Gen.Select(Options, Gen.Int[1, 1000], Gen.Double.Unit).Sample((options, attempt, random) =>
            Assert.InRange(Backoff.After(options, attempt, random), TimeSpan.Zero, options.BackoffMax));

    [Fact]
    public void Waits_grow_with_the_attempts() =>
        Gen.Select(Options, Gen.Int[1, 999], Gen.Double.Unit).Sample((options, attempt, random) =>
            Assert.True(Backoff.After(options, attempt + 1, random) >= Backoff.After(options, attempt, random)));

    [Fact]
    public void Below_the_limit_each_wait_is_twice_the_one_before() =>
        Gen.Select(Gen.Int[1, 1000], Gen.Int[1, 10], Gen.Double.Unit).Sample((start, attempt, random) =>
        {
            var options = new JobTypeOptions { BackoffBase = TimeSpan.FromMilliseconds(start), BackoffMax = TimeSpan.FromDays(7) };
            var ratio = Backoff.After(options, attempt + 1, random) / Backoff.After(options, attempt, random);
            Assert.Equal(2, ratio, 2);
        });

    [Fact]
    public void Jitter_takes_away_no_more_than_its_part() =>
        Gen.Select(Options, Gen.Int[1, 20], Gen.Double.Unit).Sample((options, attempt, random) =>
        {
            var full = Backoff.After(options, attempt, 0);
            Assert.True(Backoff.After(options, attempt, random) >= (full * (1 - options.BackoffJitter)) - TimeSpan.FromMilliseconds(1));
        });

    [Fact]
    public void The_whole_part_that_is_left_to_chance_is_used()
    {
        var options = new JobTypeOptions();

        Assert.Equal([5, 4.5, 4], new[] { 0, 0.5, 1 }.Select(random => Math.Round(Backoff.After(options, 1, random).TotalSeconds, 3)));
    }

    [Fact]
    public void The_defaults_are_five_seconds_doubling_to_an_hour()
    {
        var options = new JobTypeOptions();

        Assert.Equal([5, 10, 20, 40, 80], Enumerable.Range(1, 5).Select(attempt => Backoff.After(options, attempt, 0).TotalSeconds));
        Assert.Equal(3600, Backoff.After(options, 12, 0).TotalSeconds);
    }
}
