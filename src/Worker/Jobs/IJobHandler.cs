namespace FunctionJobs.Worker;

/// <summary>Runs one kind of job. Taken from a DI scope of its own for each attempt.</summary>
/// <typeparam name="TJob">The job's arguments.</typeparam>
public interface IJobHandler<in TJob>
    where TJob : IJob
{
    /// <summary>
    /// Runs one attempt. Any exception is a failure that is retried while attempts are left, except
    /// <see cref="DiscardJobException"/> (never retried) and <see cref="RetryJobException"/> (retried when it says). The
    /// exception's message is kept with the job's errors: no arguments or secrets.
    /// </summary>
    /// <param name="job">The arguments.</param>
    /// <param name="context">The attempt: id, number, cancellation, progress, idempotency.</param>
    Task HandleAsync(TJob job, JobContext context);
}

/// <summary>Runs one kind of job that has a result.</summary>
/// <typeparam name="TJob">The job's arguments.</typeparam>
/// <typeparam name="TResult">The result, kept as JSON for as long as the job's record.</typeparam>
public interface IJobHandler<in TJob, TResult>
    where TJob : IJob
{
    /// <inheritdoc cref="IJobHandler{TJob}.HandleAsync"/>
    /// <returns>The result, which <see cref="JobHandle.WaitForResultAsync{T}"/> hands out. At most 512 KiB as JSON: a larger one discards the job.</returns>
    Task<TResult> HandleAsync(TJob job, JobContext context);
}
