using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;
using OpenTelemetry;
using OpenTelemetry.Resources;

namespace FunctionJobs.Functions;

/// <summary>Traces, metrics and logs, sent by OTLP when an endpoint is set; nothing is collected otherwise.</summary>
internal static class Telemetry
{
    /// <summary>The spans of the two jobs: the mail's delivery, the picture's decoding.</summary>
    public static ActivitySource Source { get; } = new("FunctionJobs.Functions");

    /// <summary>Reads <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> and its kin.</summary>
    public static void AddTelemetry(this IHostApplicationBuilder builder)
    {
        if (string.IsNullOrWhiteSpace(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]))
            return;

        builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService("functionjobs-functions"))
            .WithTracing(tracing => tracing.AddSource("FunctionJobs", Source.Name).AddNpgsql())
            .WithMetrics(metrics => metrics.AddMeter("FunctionJobs", "Npgsql", "Polly"))
            .WithLogging()
            .UseOtlpExporter();
    }
}
