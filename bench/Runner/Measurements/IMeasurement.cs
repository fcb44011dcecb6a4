namespace FunctionJobs.Bench;

/// <summary>Something that is measured of each system in each round, on a fresh server.</summary>
internal interface IMeasurement
{
    /// <summary>As <c>bench/run</c> takes it.</summary>
    string Name { get; }

    /// <summary>Whether all systems are measured at the same time: only where they have next to nothing to do.</summary>
    bool AllAtOnce => false;

    /// <summary>Whether it makes sense for this system.</summary>
    bool Suits(BenchSystem system);

    /// <exception cref="BenchException">It could not be measured.</exception>
    Task RunAsync(BenchSystem system, Samples samples);
}
