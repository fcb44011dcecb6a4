namespace FunctionJobs.Worker;

/// <summary>What a function hands its trigger's entry to.</summary>
public sealed class JobPump
{
    private readonly QueuePumps pumps;

    internal JobPump(QueuePumps pumps) => this.pumps = pumps;

    /// <summary>
    /// Runs the work of the queue of <typeparamref name="TJob"/>: the entry says that there is some. Returns when the job that the
    /// entry names has ended and other invocations hold the pump or nothing is left to do. A failing job does not fail the
    /// invocation: its failure is kept with the job, and it is retried from there.
    /// </summary>
    /// <param name="entry">What the trigger read: a job's id, a stream entry that holds one, or a job pushed by hand.</param>
    /// <param name="cancellationToken">The invocation's token.</param>
    /// <exception cref="InvalidOperationException">The worker does not serve that queue.</exception>
    public Task RunAsync<TJob>(string entry, CancellationToken cancellationToken = default)
        where TJob : IJob =>
        RunAsync(TJob.Queue.Name, entry, cancellationToken);

    /// <summary>Runs the work of a queue that is no job type's own.</summary>
    /// <param name="queue">The queue's name.</param>
    /// <param name="entry">What the trigger read.</param>
    /// <param name="cancellationToken">The invocation's token.</param>
    /// <exception cref="InvalidOperationException">The worker does not serve that queue.</exception>
    public Task RunAsync(string queue, string entry, CancellationToken cancellationToken = default)
    {
        var pump = pumps.Find(queue)
            ?? throw new InvalidOperationException(
                $"The worker does not serve queue '{queue}'. Add it at start-up: services.AddJobWorker().AddJob<TJob, THandler>() for a job type of that queue, or AddQueue.");
        return pump.RunAsync(entry, cancellationToken);
    }
}
