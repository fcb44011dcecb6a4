using Azure.Monitor.OpenTelemetry.Exporter;
using FunctionJobs.Functions;
using Npgsql;
using OpenTelemetry;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace FunctionJobs.Samples.Api;

/// <summary>
/// Traces, metrics and logs, sent by OTLP when <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is set and to Application Insights when
/// <c>APPLICATIONINSIGHTS_CONNECTION_STRING</c> is. The request's trace travels in the job.
/// </summary>
internal static class Telemetry
{
    public static void AddTelemetry(this WebApplicationBuilder builder, TelemetrySettings settings)
    {
        if (settings is { ToOtlp: false, ToInsights: false })
        {
            return;
        }

        var telemetry = builder.Services.AddOpenTelemetry()
            // What OTEL_SERVICE_NAME and its kin say goes before our own name.
            .ConfigureResource(resource => resource.AddService("functionjobs-api").AddEnvironmentVariableDetector())
            .WithTracing(tracing => tracing.AddAspNetCoreInstrumentation().AddSource("FunctionJobs").AddNpgsql())
            .WithMetrics(metrics => metrics.AddMeter("FunctionJobs", "Npgsql", "Microsoft.AspNetCore.Hosting"))
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
