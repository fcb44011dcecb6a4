using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace FunctionJobs.Worker;

/// <summary>Adds the job types that a worker runs.</summary>
public sealed class JobWorkerBuilder
{
    internal JobWorkerBuilder(IServiceCollection services) => Services = services;

    /// <summary>The app's services.</summary>
    public IServiceCollection Services { get; }

    /// <summary>
    /// Adds a job type and its handler, an <see cref="IJobHandler{TJob}"/> or <see cref="IJobHandler{TJob, TResult}"/>. Settings: the
    /// configuration section <c>Jobs:Types:{job name}</c>, then <paramref name="configure"/>.
    /// </summary>
    /// <param name="configure">Changes the job type's settings after the configuration has been read.</param>
    /// <exception cref="ArgumentException">The handler does not handle <typeparamref name="TJob"/>.</exception>
    public JobWorkerBuilder AddJob<TJob, THandler>(Action<JobTypeOptions>? configure = null)
        where TJob : IJob
        where THandler : class
    {
        var type = MakeType(typeof(TJob), typeof(THandler));
        var options = Services.AddOptions<JobTypeOptions>(TJob.JobName)
            .BindConfiguration($"{JobWorkerServices.Section}:Types:{TJob.JobName}")
            .ValidateOnStart();
        if (configure is not null)
        {
            options.Configure(configure);
        }

        // One that the app has registered, such as with an HttpClient of its own, stays.
        Services.TryAddScoped<THandler>();
        Services.AddSingleton(type);
        return this;
    }

    /// <summary>Adds a queue besides those of the job types, for jobs whose enqueue names it (<see cref="EnqueueOptions.Queue"/>).</summary>
    public JobWorkerBuilder AddQueue(JobQueue queue)
    {
        Services.AddSingleton(new ServedQueue(queue));
        return this;
    }

    private static JobType MakeType(Type job, Type handler)
    {
        foreach (var implemented in handler.GetInterfaces().Where(one => one.IsGenericType && one.GetGenericArguments()[0] == job))
        {
            var definition = implemented.GetGenericTypeDefinition();
            if (definition == typeof(IJobHandler<>))
            {
                return (JobType)Activator.CreateInstance(typeof(JobTypeWithoutResult<,>).MakeGenericType(job, handler))!;
            }

            if (definition == typeof(IJobHandler<,>))
            {
                var result = implemented.GetGenericArguments()[1];
                return (JobType)Activator.CreateInstance(typeof(JobTypeWithResult<,,>).MakeGenericType(job, result, handler))!;
            }
        }

        throw new ArgumentException($"{handler.Name} is no handler of {job.Name}: it implements neither IJobHandler<{job.Name}> nor IJobHandler<{job.Name}, TResult>.", nameof(handler));
    }
}

/// <summary>A queue besides those of the job types.</summary>
internal sealed record ServedQueue(JobQueue Queue);
