using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;

namespace FunctionJobs.Samples.Api;

internal sealed class PostgresCheck(NpgsqlDataSource database) : IHealthCheck
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(4);

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(LongestWait);
        try
        {
            await using var command = database.CreateCommand("select 1");
            await command.ExecuteScalarAsync(limit.Token);
            return HealthCheckResult.Healthy();
        }
        catch (NpgsqlException e)
        {
            return HealthCheckResult.Unhealthy(e.Message);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return HealthCheckResult.Unhealthy($"PostgreSQL did not answer within {LongestWait.TotalSeconds:0} s.");
        }
    }
}
