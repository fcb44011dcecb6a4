namespace FunctionJobs;

/// <summary>Enqueues jobs and finds them again. One instance, shared by all requests.</summary>
/// <remarks>
/// Every method throws <see cref="JobQueueUnavailableException"/> within <see cref="JobEnqueuerOptions.Timeout"/> when Redis
/// is away or refuses to write, and the next call works as soon as Redis is back. A job is then there as a whole or not at all; after a
/// timeout or a lost connection nobody knows which. With a <see cref="EnqueueOptions.JobId"/> the call can be repeated, and the job is enqueued once.
/// </remarks>
public interface IJobEnqueuer
{
    /// <summary>Enqueues a job whose type says its name and queue. When this returns, the job is run to an end whatever dies.</summary>
    /// <param name="job">The arguments.</param>
    /// <param name="options">Id, delay, expiry, priority and limits; null for the defaults.</param>
    /// <param name="cancellationToken">Stops waiting. The job may or may not be enqueued by then.</param>
    /// <returns>A handle; <see cref="JobHandle.IsDuplicate"/> when a job of that id was there already.</returns>
    /// <exception cref="ArgumentException">A value is refused; the message names the parameter and the limit.</exception>
    Task<JobHandle> EnqueueAsync<TJob>(TJob job, EnqueueOptions? options = null, CancellationToken cancellationToken = default)
        where TJob : IJob;

    /// <summary>
    /// Enqueues a job by name. The queue is <see cref="EnqueueOptions.Queue"/>, or the one that
    /// <see cref="JobEnqueuerOptions.Routes"/> has for the name, or <see cref="JobEnqueuerOptions.DefaultQueue"/>.
    /// </summary>
    /// <param name="name">The job's name, 1 to 128 characters: letters, digits, and <c>. _ - :</c>.</param>
    /// <param name="args">The arguments: anything that System.Text.Json writes, at most 512 KiB; null for none.</param>
    /// <param name="options">Id, delay, expiry, priority and limits; null for the defaults.</param>
    /// <param name="cancellationToken">Stops waiting. The job may or may not be enqueued by then.</param>
    /// <returns>A handle; <see cref="JobHandle.IsDuplicate"/> when a job of that id was there already.</returns>
    /// <exception cref="ArgumentException">A value is refused; the message names the parameter and the limit.</exception>
    Task<JobHandle> EnqueueAsync(string name, object? args, EnqueueOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Enqueues many jobs, one round trip per chunk of a queue: 500 jobs, or 2 MiB of arguments. All are checked before the first is sent; each chunk is all
    /// or nothing. A failure between chunks leaves the earlier ones enqueued, perhaps the next one too, and repeating the call with the same ids is safe.
    /// </summary>
    /// <param name="jobs">The jobs, made with <see cref="NewJob.Of{TJob}"/> or <see cref="NewJob.Named"/>.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>A handle per job, in the order of <paramref name="jobs"/>.</returns>
    /// <exception cref="ArgumentException">A value is refused; the message names the job's position, the parameter and the limit.</exception>
    Task<IReadOnlyList<JobHandle>> EnqueueManyAsync(IEnumerable<NewJob> jobs, CancellationToken cancellationToken = default);

    /// <summary>A handle for a job of which only queue and id are known. Nothing is asked of Redis until the handle is used.</summary>
    /// <param name="queue">The queue's name.</param>
    /// <param name="id">The job's id.</param>
    /// <exception cref="ArgumentException">The queue's name or the id is empty, too long, or has characters that none can have.</exception>
    JobHandle GetJob(string queue, string id);
}
