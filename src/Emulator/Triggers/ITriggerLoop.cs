namespace FunctionJobs.Emulator.Triggers;

/// <summary>What runs one function's trigger from start to stop.</summary>
internal interface ITriggerLoop
{
    /// <summary>Fires the function until <paramref name="stopping"/>; then ends without waiting for running invocations.</summary>
    Task RunAsync(CancellationToken stopping);

    /// <summary>Called at a clean stop, after <see cref="RunAsync"/>.</summary>
    Task CloseAsync();
}
