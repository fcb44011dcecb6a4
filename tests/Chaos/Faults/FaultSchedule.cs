namespace FunctionJobs.Chaos;

/// <summary>
/// The faults of a run, decided by the seed. A round has all of them once; their order, distances, lengths and victims are drawn.
/// Between a fault of Redis and the death of a worker lies the time that a recovery may take, so that each can be measured.
/// </summary>
internal static class FaultSchedule
{
    private const double FirstAt = 3;

    private delegate double Group(Random random, double at, List<PlannedFault> faults);

    private static readonly Group[] Round = [FrozenWorker, PausedRedis, KilledRedis, DroppedConnections, KilledEnqueuer];

    public static IReadOnlyList<PlannedFault> Plan(ChaosOptions options) =>
        options.Plan == ChaosPlan.Deploys ? PlanDeploys(options) : PlanEverything(options);

    // The one that has run longest is next, as in a rolling restart.
    private static List<PlannedFault> PlanDeploys(ChaosOptions options)
    {
        var random = new Random(options.Seed);
        var faults = new List<PlannedFault>();
        for (var at = FirstAt; at + 1 < options.Load.TotalSeconds; at += Between(random, 2.5, 3.5))
        {
            faults.Add(new PlannedFault(TimeSpan.FromSeconds(at), FaultKind.StopWorker, TimeSpan.Zero, 0));
        }

        return faults;
    }

    private static List<PlannedFault> PlanEverything(ChaosOptions options)
    {
        var random = new Random(options.Seed);
        var faults = new List<PlannedFault>();
        var at = FirstAt;
        do
        {
            var round = Round.ToArray();
            random.Shuffle(round);
            foreach (var group in round)
            {
                at = group(random, at, faults);
            }

            at = KilledWorker(random, at, faults);
        }
        while (at + 55 < options.Load.TotalSeconds);
        return [.. faults.OrderBy(fault => fault.At)];
    }

    // While one worker is frozen, others die, stop and lose their database.
    private static double FrozenWorker(Random random, double at, List<PlannedFault> faults)
    {
        var length = Between(random, 17, 18.5);
        faults.Add(New(random, at, FaultKind.FreezeWorker, length));
        faults.Add(New(random, at + Between(random, 0.5, 1.5), FaultKind.KillWorker));
        faults.Add(New(random, at + Between(random, 3, 6), FaultKind.StopWorker));
        faults.Add(New(random, at + Between(random, 7, 8.5), FaultKind.KillWorker));
        faults.Add(New(random, at + Between(random, 10, 15), FaultKind.RestartPostgres));
        return at + length + Between(random, 0.5, 1.5);
    }

    private static double PausedRedis(Random random, double at, List<PlannedFault> faults)
    {
        faults.Add(New(random, at, FaultKind.PauseRedis, 8));
        return at + 8 + Between(random, 5, 6);
    }

    private static double KilledRedis(Random random, double at, List<PlannedFault> faults)
    {
        var length = Between(random, 0.1, 1.5);
        faults.Add(New(random, at, FaultKind.KillRedis, length));
        return at + length + Between(random, 5, 6);
    }

    private static double DroppedConnections(Random random, double at, List<PlannedFault> faults)
    {
        faults.Add(New(random, at, FaultKind.DropConnections));
        return at + Between(random, 2, 4);
    }

    private static double KilledEnqueuer(Random random, double at, List<PlannedFault> faults)
    {
        faults.Add(New(random, at, FaultKind.KillEnqueuer));
        return at + Between(random, 0.5, 2);
    }

    private static double KilledWorker(Random random, double at, List<PlannedFault> faults)
    {
        faults.Add(New(random, at, FaultKind.KillWorker));
        return at + Between(random, 5, 6);
    }

    private static PlannedFault New(Random random, double at, FaultKind kind, double length = 0) =>
        new(TimeSpan.FromSeconds(at), kind, TimeSpan.FromSeconds(length), random.NextDouble());

    private static double Between(Random random, double least, double most) => least + (random.NextDouble() * (most - least));
}
