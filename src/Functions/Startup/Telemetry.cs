using System.Diagnostics;
using Azure.Monitor.OpenTelemetry.Exporter;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Npgsql;
using OpenTelemetry;
using OpenTelemetry.Resources;

namespace FunctionJobs.Functions;

/// <summary>
/// Traces, metrics and logs, sent by OTLP when an endpoint is set and to Application Insights when its connection is; nothing is
/// collected otherwise.
/// </summary>
internal static class Telemetry
{
    /// <summary>The spans of the two jobs: the mail's delivery, the picture's decoding.</summary>
    public static ActivitySource Source { get; } = new("FunctionJobs.Functions");

    /// <summary>Marks a span as failed, unless its attempt was told to stop.</summary>
    /// <returns>False: as an exception filter it lets the exception pass.</returns>
    public static bool Failed(Activity? span, Exception exception)
    {
        if (exception is not OperationCanceledException)
        {
            span?.SetTag("error.type", exception.GetType().Name);
            span?.SetStatus(ActivityStatusCode.Error, exception.GetType().Name);
        }

        return false;
    }

    /// <summary>Reads <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> and its kin, and <c>APPLICATIONINSIGHTS_CONNECTION_STRING</c>.</summary>
    public static void AddTelemetry(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<TelemetrySettings>().BindConfiguration("").ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<TelemetrySettings>, TelemetrySettingsCheck>();
        var settings = TelemetrySettings.Read(builder.Configuration);
        // An exporter that cannot read its setting would throw before the check says what is wrong.
        if (settings is { ToOtlp: false, ToInsights: false } || settings.Problems().Any())
        {
            return;
        }

        var telemetry = builder.Services.AddOpenTelemetry()
            // What OTEL_SERVICE_NAME and its kin say goes before our own name.
            .ConfigureResource(resource => resource.AddService("functionjobs-functions").AddEnvironmentVariableDetector())
            .WithTracing(tracing => tracing.AddSource("FunctionJobs", Source.Name).AddNpgsql())
            .WithMetrics(metrics => metrics.AddMeter("FunctionJobs", "Npgsql", "Polly"))
            .WithLogging();
        if (settings.ToOtlp)
        {
            telemetry.UseOtlpExporter();
        }

        if (settings.ToInsights)
        {
            // With options of our own it would not read OTEL_TRACES_SAMPLER.
            telemetry.UseAzureMonitorExporter();
        }
    }
}

internal sealed class TelemetrySettingsCheck : IValidateOptions<TelemetrySettings>
{
    public ValidateOptionsResult Validate(string? name, TelemetrySettings options)
    {
        var wrong = options.Problems().ToList();
        return wrong.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(wrong);
    }
}
