using System.Text.Json;
using System.Text.Json.Serialization;

namespace FunctionJobs.Samples.Run;

internal sealed record RegisterRequest(string Email, string Name);

internal sealed record Registered(long Id, string JobId, string StatusUrl);

internal sealed record Accepted(long Id, string Url, string JobId, string StatusUrl);

internal sealed record PostAnswer(string? ImageUrl);

/// <summary>A failed attempt; the message only where it was written for callers.</summary>
internal sealed record JobErrorAnswer(int Attempt, string Kind, string? Message)
{
    public string Reason => Message is null ? Kind : $"{Kind}: {Message}";
}

/// <summary>A job as <c>GET /jobs/{queue}/{id}</c> shows it. Times are by Redis's clock.</summary>
internal sealed record JobAnswer(
    string Id,
    string Queue,
    string State,
    int Attempt,
    DateTimeOffset EnqueuedAt,
    DateTimeOffset? ScheduledAt,
    DateTimeOffset? StartedAt,
    DateTimeOffset? FinishedAt,
    IReadOnlyList<JobErrorAnswer> Errors,
    JsonElement? Result)
{
    public bool HasEnded => State is "completed" or "cancelled" or "expired" or "discarded";
}

/// <summary>What the job <c>resize_post_image</c> returns.</summary>
internal sealed record ResizeResult(string Path, string Url, int Width, int Height);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(RegisterRequest))]
[JsonSerializable(typeof(Registered))]
[JsonSerializable(typeof(Accepted))]
[JsonSerializable(typeof(PostAnswer))]
[JsonSerializable(typeof(JobAnswer))]
[JsonSerializable(typeof(ResizeResult))]
internal sealed partial class DemoJson : JsonSerializerContext;
