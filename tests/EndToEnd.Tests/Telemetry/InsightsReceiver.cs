using System.Collections.Concurrent;
using System.IO.Compression;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;

namespace FunctionJobs.Tests;

/// <summary>The ingestion endpoint of an Application Insights: takes what is posted to v2.1/track, JSON lines in gzip.</summary>
internal sealed class InsightsReceiver : IDisposable
{
    private const string Key = "00000000-0000-0000-0000-000000000001";

    private readonly WebApplication server;
    private readonly ConcurrentQueue<InsightsItem> items = new();
    private readonly string url;

    public InsightsReceiver()
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        server = builder.Build();
        server.Run(AnswerAsync);
        server.Start();
        url = server.Urls.Single() + "/";
    }

    /// <summary>What has come with the key of the connection string.</summary>
    public IReadOnlyCollection<InsightsItem> Items => items;

    /// <summary>The settings of an app that exports all traces to here, and nothing about itself to anywhere else.</summary>
    public (string, string?)[] Settings =>
    [
        ("APPLICATIONINSIGHTS_CONNECTION_STRING", $"InstrumentationKey={Key};IngestionEndpoint={url};LiveEndpoint={url}"),
        ("APPLICATIONINSIGHTS_STATSBEAT_DISABLED", "true"),
        ("OTEL_TRACES_SAMPLER", "microsoft.fixed_percentage"),
        ("OTEL_TRACES_SAMPLER_ARG", "1.0"),
    ];

    public void Dispose() => ((IDisposable)server).Dispose();

    private async Task AnswerAsync(HttpContext context)
    {
        var taken = 0;
        if (context.Request.Path == "/v2.1/track")
        {
            using var lines = new StreamReader(context.Request.Headers.ContentEncoding == "gzip"
                ? new GZipStream(context.Request.Body, CompressionMode.Decompress)
                : context.Request.Body);
            for (; await lines.ReadLineAsync() is { Length: > 0 } line; taken++)
            {
                using var item = JsonDocument.Parse(line);
                if (item.RootElement.GetProperty("iKey").GetString() == Key)
                {
                    items.Enqueue(InsightsItem.Read(item.RootElement));
                }
            }
        }

        await context.Response.WriteAsJsonAsync(new { itemsReceived = taken, itemsAccepted = taken, errors = Array.Empty<object>() });
    }
}

/// <summary>An item as Application Insights takes it, as far as the tests look at it.</summary>
/// <param name="Role">Which app sent it.</param>
/// <param name="TraceId">The trace that it belongs to.</param>
/// <param name="SpanId">Of a request or dependency: its own id.</param>
/// <param name="ParentId">The span that it belongs to.</param>
/// <param name="Name">Of a request or dependency: the span's; of a metric: the instrument's.</param>
/// <param name="Move">Of the metric of transitions: which.</param>
internal sealed record InsightsItem(string Role, string? TraceId, string? SpanId, string? ParentId, string? Name, string? Move)
{
    public static InsightsItem Read(JsonElement item)
    {
        var tags = item.GetProperty("tags");
        var data = item.GetProperty("data").GetProperty("baseData");
        var name = data.TryGetProperty("metrics", out var metrics) ? Text(metrics[0], "name") : Text(data, "name");
        var move = data.TryGetProperty("properties", out var properties) ? Text(properties, "move") : null;
        return new(
            Text(tags, "ai.cloud.role") ?? "", Text(tags, "ai.operation.id"), Text(data, "id"), Text(tags, "ai.operation.parentId"), name, move);
    }

    private static string? Text(JsonElement of, string name) => of.TryGetProperty(name, out var value) ? value.ToString() : null;
}
