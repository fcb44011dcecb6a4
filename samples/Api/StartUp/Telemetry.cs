using Npgsql;
using OpenTelemetry;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace FunctionJobs.Samples.Api;

/// <summary>
/// Traces, metrics and logs, sent by OTLP when <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is set. The request's trace travels in the job.
/// </summary>
internal static class Telemetry
{
    public static void AddTelemetry(this WebApplicationBuilder builder)
    {
        if (string.IsNullOrWhiteSpace(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]))
            return;

        builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService("functionjobs-api"))
            .WithTracing(tracing => tracing.AddAspNetCoreInstrumentation().AddSource("FunctionJobs").AddNpgsql())
            .WithMetrics(metrics => metrics.AddMeter("FunctionJobs", "Npgsql", "Microsoft.AspNetCore.Hosting"))
            .WithLogging()
            .UseOtlpExporter();
    }
}
