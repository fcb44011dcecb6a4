namespace FunctionJobs.Worker;

/// <summary>What a function hands its trigger's entry to.</summary>
public sealed class JobPump
{
    /// <summary>
    /// Runs the work of the queue of <typeparamref name="TJob"/>: the entry says that there is some. Returns when other
    /// invocations hold the pump or nothing is left to do.
    /// </summary>
    /// <param name="entry">What the trigger read: a job's id, a stream entry that holds one, or a job pushed by hand.</param>
    /// <param name="cancellationToken">The invocation's token.</param>
    public Task RunAsync<TJob>(string entry, CancellationToken cancellationToken = default)
        where TJob : IJob =>
        Task.CompletedTask;
}
