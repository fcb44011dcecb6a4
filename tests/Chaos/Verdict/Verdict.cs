using System.Globalization;
using System.Text.Json;
using FunctionJobs.Worker;

namespace FunctionJobs.Chaos;

/// <summary>Compares what enqueue acknowledged with what happened.</summary>
internal sealed class Verdict
{
    private const double KillRecovery = 5;

    // The lease of 12 s, and the second within which a rescuer looks; the rest is for a slow machine.
    private const double FreezeRecovery = 15;

    private const double Handover = 2;

    // A handler that goes on for so long after its token was cancelled ignores it.
    private static readonly TimeSpan Deaf = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan Lease = new JobWorkerOptions().Lease;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    private readonly ChaosOptions options;
    private readonly Dictionary<string, int> faults;

    private Verdict(Evidence evidence, List<Figure> figures)
    {
        options = evidence.Options;
        faults = evidence.Faults.Injected.ToDictionary(fault => fault.Key.ToString(), fault => fault.Value, StringComparer.Ordinal);
        Figures = figures;
    }

    public IReadOnlyList<Figure> Figures { get; }

    public bool Holds => Figures.All(figure => figure.Holds);

    public static Verdict Of(Evidence evidence) =>
        new(evidence, [.. Outcomes(evidence), .. Finishes(evidence), .. Running(evidence),
            .. evidence.Options.Plan == ChaosPlan.Deploys ? Deploying(evidence) : Recovering(evidence)]);

    public void Print(TextWriter output)
    {
        output.WriteLine();
        output.WriteLine("Faults: " + string.Join(", ", faults.Select(fault => $"{fault.Key} {fault.Value}")));
        output.WriteLine();
        foreach (var figure in Figures)
        {
            var value = figure.Value is { } number ? number.ToString("#,0.##", CultureInfo.InvariantCulture) + figure.Unit : "not measured";
            var demand = figure.Most is { } most
                ? string.Create(CultureInfo.InvariantCulture, $"must be {(most == 0 ? "" : "≤ ")}{most}{figure.Unit}  {(figure.Holds ? "ok" : "FAILED")}")
                : "";
            output.WriteLine($"  {figure.Name,-58} {value,12}  {demand}".TrimEnd());
        }

        output.WriteLine();
    }

    public string ToJson() => JsonSerializer.Serialize(
        new { options.Seed, options.Jobs, LoadSeconds = options.Load.TotalSeconds, Holds, Faults = faults, Figures }, Json);

    private static IEnumerable<Figure> Outcomes(Evidence evidence)
    {
        var accepted = evidence.Enqueues.Where(entry => entry.Event == JournalEvent.Accepted).Select(entry => entry.Job).Distinct()
            .Select(number => JobScript.Of(evidence.Options, number))
            .ToList();
        var completed = accepted.Where(job => StateOf(evidence, job) == JobState.Completed).ToList();
        var discarded = accepted.Where(job => StateOf(evidence, job) == JobState.Discarded).ToList();
        return
        [
            new("accepted", accepted.Count),
            new("never accepted", evidence.Options.Jobs - accepted.Count, 0),
            new("enqueues that failed and were repeated", evidence.Enqueues.Count(entry => entry.Event == JournalEvent.Refused)),
            new("enqueues found to be duplicates", evidence.Enqueues.Count(entry => entry.Event == JournalEvent.Duplicate)),
            new("completed", completed.Count),
            new("discarded on purpose", discarded.Count(job => job.IsDiscardedOnPurpose)),
            new("lost: accepted and not run to an end", accepted.Count - completed.Count - discarded.Count, 0),
            new("discarded against their script", discarded.Count(job => !job.IsDiscardedOnPurpose), 0),
            new("completed against their script", completed.Count(job => job.IsDiscardedOnPurpose), 0),
            new("completed without their effect", completed.Count(job => !evidence.Effects.ContainsKey(job.Number)), 0),
            new("effects applied twice", evidence.Effects.Count(effect => effect.Value > 1), 0),
            new("queues not empty in time", evidence.Settled ? 0 : 1, 0),
        ];
    }

    private static JobState? StateOf(Evidence evidence, JobScript job) =>
        evidence.States.TryGetValue(job.Number, out var state) ? state : null;

    private static IEnumerable<Figure> Finishes(Evidence evidence)
    {
        var jobs = evidence.Moves.GroupBy(move => move.Job).Select(job => job.ToList()).ToList();
        var finishes = jobs.Select(moves => moves.Count(move => move.State.IsFinal())).ToList();
        var counted = evidence.Counters.GetValueOrDefault("completed") + evidence.Counters.GetValueOrDefault("discarded");
        return
        [
            new("jobs created twice", jobs.Count(moves => moves.Count(move => move.Creates) > 1), 0),
            new("jobs with two accepted finishes", finishes.Count(count => count > 1), 0),
            new("finishes counted by the queues, apart from one a job", Math.Abs(counted - finishes.Count(count => count > 0)), 0),
            new("moves that the lifecycle does not allow", jobs.Sum(WrongMoves), 0),
        ];
    }

    private static int WrongMoves(List<Move> moves) =>
        moves.Zip(moves.Skip(1)).Count(pair => !JobStates.CanMove(pair.First.State, pair.Second.State));

    private static IEnumerable<Figure> Running(Evidence evidence)
    {
        var overlaps = Overlaps.Of(evidence.Attempts.Select(Stretch.Of), evidence.Faults.Outages, Lease);
        return
        [
            new("attempts", evidence.Attempts.Count),
            new("attempts beyond the first", evidence.Attempts.Count - evidence.Attempts.DistinctBy(attempt => attempt.Job).Count()),
            new("effects repeated and absorbed by the database", evidence.Attempts.Count(attempt => attempt.Absorbed)),
            new("effects that ran again after their outcome was kept", RunAgain(evidence.Attempts), 0),
            new("overlapping attempts", overlaps.All),
            new("  after a freeze", overlaps.AfterFreeze),
            new("  after an outage of Redis that outlasted a lease", overlaps.AfterOutage),
            new("  without such a reason", overlaps.Unexplained, 0),
            new("  not told within 1 s of waking", overlaps.NotTold, 0),
            new("  slowest word after waking", overlaps.SlowestWord, Unit: " s"),
            new("handlers that ignored their token", evidence.Attempts.Count(IsDeaf)),
            new("jobs handed back at SIGTERM", evidence.Counters.GetValueOrDefault("released")),
            new("attempts cut off by SIGTERM before they were told", evidence.Attempts.Count(IsCutOff), 0),
            new("workers that stopped with an error", evidence.Workers.Count(life => life is { StoppedAt: not null, KilledAt: null, ExitCode: not 0 }), 0),
            new("workers that ended by themselves", evidence.Workers.Count(EndedByItself), 0),
            new("enqueuers that ended with an error", evidence.Enqueuers.Count(life => life is { KilledAt: null, StoppedAt: null, ExitCode: not 0 }), 0),
            new("jobs rescued", evidence.Counters.GetValueOrDefault("rescued")),
        ];

        static bool IsDeaf(Attempt attempt) =>
            attempt.CancelledAt is { } at && TimeProvider.System.GetElapsedTime(at, attempt.Over) > Deaf;

        static bool IsCutOff(Attempt attempt) => attempt is { End: null, CancelledAt: null, Life.StoppedAt: not null };

        bool EndedByItself(Life life) =>
            life is { KilledAt: null, StoppedAt: null } && !evidence.Attempts.Any(attempt => attempt.Life == life && attempt.Poisoned);
    }

    private static int RunAgain(IReadOnlyList<Attempt> attempts)
    {
        var keptAt = attempts.Where(attempt => attempt.KeptAt is not null)
            .GroupBy(attempt => attempt.Job)
            .ToDictionary(job => job.Key, job => job.Min(attempt => attempt.KeptAt));
        return attempts.Count(attempt => (attempt.Applied || attempt.Absorbed) && attempt.Start > keptAt.GetValueOrDefault(attempt.Job));
    }

    private static IEnumerable<Figure> Deploying(Evidence evidence)
    {
        var handovers = Recoveries.AfterStops(evidence);
        return
        [
            new("attempts used up by the restarts", evidence.Attempts.Count(UsedUp), 0),
            new("slowest handover of a released job", handovers.SlowestInAll, Handover, " s"),
        ];

        bool UsedUp(Attempt attempt) => attempt.Number > 1 && JobScript.Of(evidence.Options, attempt.Job).NeedsOneAttempt;
    }

    private static IEnumerable<Figure> Recovering(Evidence evidence)
    {
        var kills = Recoveries.AfterKills(evidence);
        var freezes = Recoveries.AfterFreezes(evidence);
        return
        [
            new("jobs of killed workers that ran again", kills.Waits.Count),
            new("  left out because Redis was away", kills.RedisAway),
            new("  slowest recovery", kills.Slowest, KillRecovery, " s"),
            new("  slowest with the wait for a free slot", kills.SlowestInAll, Unit: " s"),
            new("jobs of frozen workers that ran again", freezes.Waits.Count),
            new("  left out because Redis was away", freezes.RedisAway),
            new("  slowest recovery", freezes.Slowest, FreezeRecovery, " s"),
            new("  slowest with the wait for a free slot", freezes.SlowestInAll, Unit: " s"),
        ];
    }
}
