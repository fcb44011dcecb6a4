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

    /// <summary>The timeout of each try, which begins when the mail has a connection to itself.</summary>
    public const string SmtpTry = "smtp-try";

    public const string Database = "database";
    public const string ImageStore = "image-store";

    public static void AddResilience(this IHostApplicationBuilder builder)
    {
        // Polly logs what a call returned, and that may be a path or a Message-ID.
        builder.Services.Configure<TelemetryOptions>(telemetry => telemetry.ResultFormatter = (_, result) => result?.GetType().Name);
        Add(builder.Services, Smtp, timeout: null, MailFailures.IsTransient);
        // A server may look into a mail for a while before it answers. Three such tries stay within a job's five minutes.
        builder.Services.AddResiliencePipeline(SmtpTry, pipeline => pipeline.AddTimeout(TimeSpan.FromSeconds(90)));
        Add(builder.Services, Database, TimeSpan.FromSeconds(15), DatabaseFailures.IsTransient);
        Add(builder.Services, ImageStore, TimeSpan.FromSeconds(60), ImageStoreFailures.IsTransient);
    }

    private static void Add(IServiceCollection services, string name, TimeSpan? timeout, Func<Exception, bool> isTransient)
    {
        services.AddResiliencePipeline(name, pipeline =>
        {
            pipeline
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
                });
            if (timeout is { } each)
            {
                pipeline.AddTimeout(each);
            }
        });
    }

    private static PredicateBuilder<object> Transient(Func<Exception, bool> isTransient) =>
        new PredicateBuilder().Handle<TimeoutRejectedException>().Handle(isTransient);
}
