using Azure.Monitor.OpenTelemetry.Exporter;
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
    public static void AddTelemetry(this WebApplicationBuilder builder)
    {
        var otlp = !string.IsNullOrWhiteSpace(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]);
        var insights = builder.Configuration["APPLICATIONINSIGHTS_CONNECTION_STRING"];
        if (!otlp && string.IsNullOrWhiteSpace(insights))
            return;

        var telemetry = builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService("functionjobs-api"))
            .WithTracing(tracing => tracing.AddAspNetCoreInstrumentation().AddSource("FunctionJobs").AddNpgsql())
            .WithMetrics(metrics => metrics.AddMeter("FunctionJobs", "Npgsql", "Microsoft.AspNetCore.Hosting"))
            .WithLogging();
        if (otlp)
            telemetry.UseOtlpExporter();
        if (!string.IsNullOrWhiteSpace(insights))
            telemetry.UseAzureMonitorExporter(options => options.ConnectionString = insights);
    }
}
