namespace FunctionJobs.Tests;

/// <summary>A job that hangs in the middle of its attempt until this is disposed.</summary>
internal sealed class HeldJob(JobHandle job, TableLock held) : IAsyncDisposable
{
    public JobHandle Job => job;

    /// <summary>Ends what processes that have been killed still ask of PostgreSQL.</summary>
    public Task ForgetTheKilledAsync() => held.EndWaitingAsync();

    public ValueTask DisposeAsync() => held.DisposeAsync();
}
