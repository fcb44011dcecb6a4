using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using Polly.Telemetry;
using Polly.Timeout;

namespace FunctionJobs.Functions;

/// <summary>
/// One Polly pipeline per outside service: quick retries for what passes in a moment, a circuit breaker that spares a service that
/// is down, a timeout for each try. What outlasts this fails the attempt, and the job waits in Redis.
/// </summary>
internal static class Resilience
{
    public const string Smtp = "smtp";
    public const string Database = "database";
    public const string ImageStore = "image-store";

    public static void AddResilience(this IHostApplicationBuilder builder)
    {
        // Polly logs what a call returned, and that may be a path or a Message-ID.
        builder.Services.Configure<TelemetryOptions>(telemetry => telemetry.ResultFormatter = (_, result) => result?.GetType().Name);
        // A server may look into a mail for a while before it answers. Three tries stay within a job's five minutes.
        Add(builder.Services, Smtp, TimeSpan.FromSeconds(90), MailFailures.IsTransient);
        Add(builder.Services, Database, TimeSpan.FromSeconds(15), DatabaseFailures.IsTransient);
        Add(builder.Services, ImageStore, TimeSpan.FromSeconds(60), ImageStoreFailures.IsTransient);
    }

    private static void Add(IServiceCollection services, string name, TimeSpan timeout, Func<Exception, bool> isTransient)
    {
        services.AddResiliencePipeline(name, pipeline => pipeline
            .AddRetry(new RetryStrategyOptions
            {
                MaxRetryAttempts = 2,
                BackoffType = DelayBackoffType.Exponential,
                Delay = TimeSpan.FromMilliseconds(200),
                UseJitter = true,
                ShouldHandle = Transient(isTransient),
            })
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions
            {
                FailureRatio = 0.8,
                MinimumThroughput = 10,
                SamplingDuration = TimeSpan.FromSeconds(20),
                BreakDuration = TimeSpan.FromSeconds(5),
                ShouldHandle = Transient(isTransient),
            })
            .AddTimeout(timeout));
    }

    private static PredicateBuilder<object> Transient(Func<Exception, bool> isTransient) =>
        new PredicateBuilder().Handle<TimeoutRejectedException>().Handle(isTransient);
}
