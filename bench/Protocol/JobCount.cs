namespace FunctionJobs.Bench;

/// <summary>Counts the jobs of this process on standard output.</summary>
public static class JobCount
{
    private static readonly JobCounter Counter = new(BenchSettings.Jobs, BenchSettings.Latency, TimeProvider.System, Console.Out.WriteLine);

    /// <summary>To be called once the worker can take jobs.</summary>
    public static void Ready() => Counter.Ready();

    /// <summary>The no-op job.</summary>
    public static void Ran(string name) => Counter.Ran(name);
}
