using System.Text.Json;

namespace FunctionJobs.Samples.Api;

/// <summary>What callers are shown of a job: not its arguments, which hold addresses, nor what is told of our insides.</summary>
internal sealed record JobView
{
    public required string Id { get; init; }

    public required string Queue { get; init; }

    public required string Name { get; init; }

    /// <summary>scheduled, available, executing, retryable, completed, cancelled, expired or discarded.</summary>
    public required string State { get; init; }

    /// <summary>The attempt under way or the last one, from 1; 0 before the first.</summary>
    public required int Attempt { get; init; }

    public required DateTimeOffset EnqueuedAt { get; init; }

    /// <summary>When a scheduled or retryable job is due.</summary>
    public DateTimeOffset? ScheduledAt { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    public JobProgress? Progress { get; init; }

    /// <summary>The failures of past attempts, oldest first.</summary>
    public required IReadOnlyList<JobErrorView> Errors { get; init; }

    /// <summary>What the handler returned.</summary>
    public JsonElement? Result { get; init; }

    public static JobView Of(JobInfo info) => new()
    {
        Id = info.Id,
        Queue = info.Queue,
        Name = info.Name,
        State = JsonNamingPolicy.CamelCase.ConvertName(info.State.ToString()),
        Attempt = info.Attempt,
        EnqueuedAt = info.EnqueuedAt,
        ScheduledAt = info.ScheduledAt,
        StartedAt = info.StartedAt,
        FinishedAt = info.FinishedAt,
        Progress = info.Progress,
        Errors = [.. info.Errors.Select(JobErrorView.Of)],
        Result = string.IsNullOrEmpty(info.ResultJson) ? null : JsonElement.Parse(info.ResultJson),
    };
}
