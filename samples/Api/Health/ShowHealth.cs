using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace FunctionJobs.Samples.Api;

/// <summary>Whether the API can do its work.</summary>
/// <param name="Status">healthy or unhealthy.</param>
/// <param name="Checks">The same for each server that it needs.</param>
internal sealed record HealthView(string Status, IReadOnlyDictionary<string, string> Checks);

/// <summary>Answers load balancers and people: 200 when Redis and PostgreSQL answer, 503 otherwise.</summary>
internal static class ShowHealth
{
    public static void AddHealth(this IServiceCollection services) => services
        .AddHealthChecks()
        .AddCheck<RedisCheck>("redis")
        .AddCheck<PostgresCheck>("postgres");

    public static void MapHealth(this IEndpointRouteBuilder app) => app
        .MapGet("/health", HandleAsync)
        .WithSummary("Whether Redis and PostgreSQL answer.")
        .Produces<HealthView>()
        .Produces<HealthView>(StatusCodes.Status503ServiceUnavailable);

    private static async Task<IResult> HandleAsync(HealthCheckService health, HttpResponse response, CancellationToken cancellationToken)
    {
        var report = await health.CheckHealthAsync(cancellationToken);
        response.Headers.CacheControl = "no-store";
        return TypedResults.Json(
            new HealthView(Word(report.Status), report.Entries.ToDictionary(check => check.Key, check => Word(check.Value.Status))),
            ApiJson.Default.HealthView,
            statusCode: report.Status == HealthStatus.Healthy ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }

    private static string Word(HealthStatus status) => status == HealthStatus.Healthy ? "healthy" : "unhealthy";
}
