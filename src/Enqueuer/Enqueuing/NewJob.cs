namespace FunctionJobs;

/// <summary>A job for <see cref="IJobEnqueuer.EnqueueManyAsync"/>.</summary>
public sealed class NewJob
{
    private NewJob(string name, object? args, Type argsType, JobQueue? queue, EnqueueOptions options)
    {
        Name = name;
        Args = args;
        ArgsType = argsType;
        Queue = queue;
        Options = options;
    }

    /// <summary>A job whose type says its name and queue.</summary>
    /// <param name="job">The arguments.</param>
    /// <param name="options">Id, delay, expiry, priority and limits; null for the defaults.</param>
    /// <exception cref="ArgumentNullException">There is no job.</exception>
    public static NewJob Of<TJob>(TJob job, EnqueueOptions? options = null)
        where TJob : IJob
    {
        ArgumentNullException.ThrowIfNull(job);
        return new(TJob.JobName, job, typeof(TJob), options?.Queue ?? TJob.Queue, options ?? EnqueueOptions.Default);
    }

    /// <summary>A job by name.</summary>
    /// <param name="name">The job's name.</param>
    /// <param name="args">The arguments: anything that System.Text.Json writes; null for none.</param>
    /// <param name="options">Id, delay, expiry, priority and limits; null for the defaults.</param>
    /// <exception cref="ArgumentException">The arguments are <see cref="EnqueueOptions"/>.</exception>
    public static NewJob Named(string name, object? args, EnqueueOptions? options = null) => args is EnqueueOptions
        ? throw new ArgumentException("The options stand where the arguments belong. Write the job's arguments, or null for none, before them.", nameof(args))
        : new(name, args, args?.GetType() ?? typeof(object), options?.Queue, options ?? EnqueueOptions.Default);

    internal string Name { get; }

    internal object? Args { get; }

    internal Type ArgsType { get; }

    internal JobQueue? Queue { get; }

    internal EnqueueOptions Options { get; }
}
