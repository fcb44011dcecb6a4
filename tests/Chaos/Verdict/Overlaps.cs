namespace FunctionJobs.Chaos;

/// <summary>Attempts of one job that ran side by side, by reason.</summary>
/// <param name="AfterFreeze">The first one's worker was frozen past its lease, then woken.</param>
/// <param name="Deaf">The first one ignored its cancelled token, and was given up.</param>
/// <param name="Unexplained">Neither.</param>
/// <param name="NotTold">Of those after a freeze: went on for more than a second after waking, and was not cancelled.</param>
/// <param name="SlowestWord">Of those after a freeze: the longest time from waking to the cancelled token, in seconds.</param>
internal sealed record Overlaps(int AfterFreeze, int Deaf, int Unexplained, int NotTold, double SlowestWord)
{
    private static readonly TimeSpan ToldWithin = TimeSpan.FromSeconds(1);

    public static Overlaps Of(Evidence evidence)
    {
        var overlaps = new Overlaps(0, 0, 0, 0, 0);
        foreach (var job in evidence.Attempts.GroupBy(attempt => attempt.Job))
        {
            var attempts = job.ToList();
            for (var i = 0; i + 1 < attempts.Count; i++)
            {
                if (attempts[i].Over > attempts[i + 1].Start)
                {
                    overlaps = overlaps.With(attempts[i], attempts[i + 1], JobScript.Of(evidence.Options, job.Key));
                }
            }
        }

        return overlaps;
    }

    private Overlaps With(Attempt first, Attempt second, JobScript script)
    {
        if (first.Life.Frozen is { } frozen && first.Start < frozen.To && second.Start > frozen.From)
        {
            var wentOn = TimeProvider.System.GetElapsedTime(frozen.To, first.Over);
            var told = first.CancelledAt is { } at ? TimeProvider.System.GetElapsedTime(frozen.To, at).TotalSeconds : 0;
            return this with
            {
                AfterFreeze = AfterFreeze + 1,
                NotTold = NotTold + (first.CancelledAt is null && wentOn > ToldWithin ? 1 : 0),
                SlowestWord = Math.Max(SlowestWord, told),
            };
        }

        return script.Deed == Deed.Deaf && first.CancelledAt is not null
            ? this with { Deaf = Deaf + 1 }
            : this with { Unexplained = Unexplained + 1 };
    }
}
