using System.Collections.Concurrent;
using System.Net;
using FunctionJobs.LocalServices;

namespace FunctionJobs.Tests;

/// <summary>What OpenTelemetry exports to: a listener for OTLP over HTTP that keeps the spans it is sent.</summary>
internal sealed class OtlpReceiver : IDisposable
{
    private readonly HeldPort port = HeldPort.From(14318);
    private readonly HttpListener listener = new();
    private readonly ConcurrentQueue<Span> spans = new();
    private readonly ConcurrentDictionary<string, bool> paths = new(StringComparer.Ordinal);

    public OtlpReceiver()
    {
        Url = $"http://127.0.0.1:{port.Number}";
        listener.Prefixes.Add(Url + "/");
        listener.Start();
        _ = ReceiveAsync();
    }

    public string Url { get; }

    public IReadOnlyCollection<Span> Spans => spans;

    /// <summary>The kinds of signal that came: <c>/v1/traces</c>, <c>/v1/metrics</c>, <c>/v1/logs</c>.</summary>
    public ICollection<string> Paths => paths.Keys;

    /// <summary>The settings of an app that exports to here, at once.</summary>
    public (string, string?)[] Settings =>
    [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", Url),
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
        ("OTEL_BSP_SCHEDULE_DELAY", "200"),
        ("OTEL_METRIC_EXPORT_INTERVAL", "500"),
    ];

    public void Dispose()
    {
        listener.Close();
        port.Dispose();
    }

    private async Task ReceiveAsync()
    {
        while (listener.IsListening)
        {
            try
            {
                var context = await listener.GetContextAsync();
                using var body = new MemoryStream();
                await context.Request.InputStream.CopyToAsync(body);
                var path = context.Request.Url!.AbsolutePath;
                paths[path] = true;
                if (path == "/v1/traces")
                {
                    foreach (var span in Span.ReadAll(body.ToArray()))
                    {
                        spans.Enqueue(span);
                    }
                }

                context.Response.Close();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or InvalidOperationException)
            {
                return;
            }
        }
    }
}
