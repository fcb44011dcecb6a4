using FunctionJobs.Functions;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace FunctionJobs.Samples.Api;

/// <summary>Asks the job queue for a job that nobody has: through the same connection that enqueues.</summary>
internal sealed class RedisCheck(IJobEnqueuer jobs) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await jobs.GetJob(SendWelcomeEmail.Queue.Name, "health").GetStateAsync(cancellationToken);
            return HealthCheckResult.Healthy();
        }
        catch (JobQueueUnavailableException e)
        {
            return HealthCheckResult.Unhealthy(e.Message);
        }
    }
}
