using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using StackExchange.Redis;

namespace FunctionJobs;

/// <summary>Reads a job's record. A field that this version does not know, or that somebody has damaged by hand, is ignored.</summary>
internal static class JobInfoReader
{
    public static JobInfo? Read(string queue, string id, HashEntry[] fields, double? due)
    {
        var record = fields.ToDictionary(field => field.Name.ToString(), field => field.Value, StringComparer.Ordinal);
        if (StateOf(Text(record, "state"), exists: record.Count > 0) is not { } state)
        {
            return null;
        }

        using var constant = Parse(Text(record, "job"));
        var job = constant.RootElement;
        return new JobInfo
        {
            Id = id,
            Queue = queue,
            Name = job.TryGetProperty("name", out var name) && name.ValueKind == JsonValueKind.String ? name.GetString()! : "",
            State = state,
            Attempt = int.TryParse(Text(record, "attempt"), CultureInfo.InvariantCulture, out var attempt) ? attempt : 0,
            MaxAttempts = Number(job, "max_attempts") is { } most ? (int)most : null,
            ArgsJson = job.TryGetProperty("args", out var args) ? args.GetRawText() : "null",
            EnqueuedAt = Moment(Number(job, "enqueued_at")) ?? default,
            // Read after the record: the job may have run in between, and be due again.
            ScheduledAt = state is JobState.Scheduled or JobState.Retryable ? Moment((long?)due) : null,
            StartedAt = Time(record, "started_at"),
            FinishedAt = Time(record, "finished_at"),
            ExpiresAt = Time(record, "expires_at"),
            Worker = Text(record, "lease") is { } lease ? lease[..Math.Max(0, lease.LastIndexOf('/'))] : null,
            CancelRequested = record.ContainsKey("cancel_requested"),
            Progress = Read(Text(record, "progress"), JobJson.Default.JobProgress),
            Errors = ReadErrors(Text(record, "errors")),
            ResultJson = Text(record, "result"),
        };
    }

    /// <summary>No state is written for a job that may run from its enqueue on.</summary>
    /// <returns>Null when there is no such job.</returns>
    public static JobState? StateOf(string? state, bool exists) => state is null && exists ? JobState.Available : JobStates.FromWire(state);

    public static IReadOnlyList<JobError> ReadErrors(string? lines)
    {
        if (string.IsNullOrEmpty(lines))
        {
            return [];
        }

        var errors = new List<JobError>();
        foreach (var line in lines.Split('\n'))
        {
            if (Read(line, JobJson.Default.StoredError) is { Kind: not null, Message: not null } error)
            {
                errors.Add(new JobError(error.Attempt, Moment(error.At) ?? default, error.Kind, error.Message));
            }
        }

        return errors;
    }

    private static string? Text(Dictionary<string, RedisValue> record, string field) =>
        record.TryGetValue(field, out var value) ? value.ToString() : null;

    private static DateTimeOffset? Time(Dictionary<string, RedisValue> record, string field) =>
        long.TryParse(Text(record, field), CultureInfo.InvariantCulture, out var ms) ? Moment(ms) : null;

    private static DateTimeOffset? Moment(long? ms) =>
        ms is >= 0 and <= 253_402_300_799_999 ? DateTimeOffset.FromUnixTimeMilliseconds(ms.Value) : null;

    private static long? Number(JsonElement job, string field) =>
        job.TryGetProperty(field, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) ? number : null;

    private static JsonDocument Parse(string? json)
    {
        try
        {
            if (JsonDocument.Parse(json ?? "{}", new JsonDocumentOptions { MaxDepth = int.MaxValue }) is { RootElement.ValueKind: JsonValueKind.Object } job)
            {
                return job;
            }
        }
        catch (JsonException)
        {
        }

        return JsonDocument.Parse("{}");
    }

    private static T? Read<T>(string? json, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return string.IsNullOrEmpty(json) ? null : JsonSerializer.Deserialize(json, type);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>An error as it is kept: one line of JSON each.</summary>
internal sealed record StoredError(int Attempt, long At, string Kind, string Message);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(JobProgress))]
[JsonSerializable(typeof(StoredError))]
internal sealed partial class JobJson : JsonSerializerContext;
