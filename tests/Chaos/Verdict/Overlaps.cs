namespace FunctionJobs.Chaos;

/// <summary>
/// Attempts of one job that ran side by side, by what explains it. Only two things can: the first one's worker was frozen, or Redis
/// was away for longer than a lease. A handler that ignores its token explains nothing: its job is nobody else's until it has ended.
/// </summary>
/// <param name="AfterFreeze">The first one's worker had been frozen for half a lease or more when the second one started.</param>
/// <param name="AfterOutage">Redis was away for longer than a lease before the second one started.</param>
/// <param name="Unexplained">Neither.</param>
/// <param name="NotTold">Of all: the first one went on for more than a second beside the second, awake, before its token was cancelled.</param>
/// <param name="SlowestWord">Of those after a freeze: the longest time from waking to the cancelled token, in seconds.</param>
internal sealed record Overlaps(int AfterFreeze = 0, int AfterOutage = 0, int Unexplained = 0, int NotTold = 0, double SlowestWord = 0)
{
    private static readonly TimeSpan ToldWithin = TimeSpan.FromSeconds(1);

    public int All => AfterFreeze + AfterOutage + Unexplained;

    /// <param name="stretches">All attempts of the run.</param>
    /// <param name="outages">When Redis was away.</param>
    /// <param name="lease">How long a lease lasts.</param>
    public static Overlaps Of(IEnumerable<Stretch> stretches, IReadOnlyList<Outage> outages, TimeSpan lease)
    {
        var overlaps = new Overlaps();
        var tooLong = outages.Where(outage => TimeProvider.System.GetElapsedTime(outage.From, outage.To) > lease).ToList();
        foreach (var job in stretches.GroupBy(stretch => stretch.Job))
        {
            var attempts = job.OrderBy(stretch => stretch.Start).ToList();
            for (var i = 0; i < attempts.Count; i++)
            {
                foreach (var second in attempts.Skip(i + 1).TakeWhile(second => second.Start < attempts[i].Over))
                {
                    overlaps = overlaps.With(attempts[i], second, tooLong, lease / 2);
                }
            }
        }

        return overlaps;
    }

    private Overlaps With(Stretch first, Stretch second, List<Outage> outages, TimeSpan frozenFor)
    {
        if (first.Frozen is { } frozen && first.Start < frozen.To && TimeProvider.System.GetElapsedTime(frozen.From, second.Start) >= frozenFor)
        {
            return this with
            {
                AfterFreeze = AfterFreeze + 1,
                NotTold = NotTold + (IsTold(first, Math.Max(frozen.To, second.Start)) ? 0 : 1),
                SlowestWord = Math.Max(SlowestWord, first.CancelledAt is { } at ? TimeProvider.System.GetElapsedTime(frozen.To, at).TotalSeconds : 0),
            };
        }

        var explained = outages.Any(outage => first.Start < outage.To && second.Start > outage.From);
        return this with
        {
            AfterOutage = AfterOutage + (explained ? 1 : 0),
            Unexplained = Unexplained + (explained ? 0 : 1),
            NotTold = NotTold + (IsTold(first, second.Start) ? 0 : 1),
        };
    }

    /// <summary>Whether its token was cancelled in time, or it had ended before anybody could tell it.</summary>
    /// <param name="first">The attempt.</param>
    /// <param name="since">From when on it should know: a frozen process knows nothing.</param>
    private static bool IsTold(Stretch first, long since) =>
        TimeProvider.System.GetElapsedTime(since, first.CancelledAt ?? first.Over) <= ToldWithin;
}
