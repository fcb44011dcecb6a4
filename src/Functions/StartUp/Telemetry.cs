using System.Diagnostics;
using Azure.Monitor.OpenTelemetry.Exporter;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
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

    /// <summary>Reads <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> and its kin, and <c>APPLICATIONINSIGHTS_CONNECTION_STRING</c>.</summary>
    public static void AddTelemetry(this IHostApplicationBuilder builder)
    {
        var otlp = !string.IsNullOrWhiteSpace(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]);
        var insights = builder.Configuration["APPLICATIONINSIGHTS_CONNECTION_STRING"];
        if (!otlp && string.IsNullOrWhiteSpace(insights))
            return;

        var telemetry = builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService("functionjobs-functions"))
            .WithTracing(tracing => tracing.AddSource("FunctionJobs", Source.Name).AddNpgsql())
            .WithMetrics(metrics => metrics.AddMeter("FunctionJobs", "Npgsql", "Polly"))
            .WithLogging();
        if (otlp)
            telemetry.UseOtlpExporter();
        if (!string.IsNullOrWhiteSpace(insights))
            telemetry.UseAzureMonitorExporter(options => options.ConnectionString = insights);
    }
}
