using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using StackExchange.Redis;

namespace FunctionJobs;

/// <summary>Reads a job's record. A field that this version does not know is ignored.</summary>
internal static class JobInfoReader
{
    public static JobInfo? Read(string queue, string id, HashEntry[] fields, double? due)
    {
        var record = fields.ToDictionary(field => field.Name.ToString(), field => field.Value, StringComparer.Ordinal);
        if (JobStates.FromWire(Text(record, "state")) is not { } state)
        {
            return null;
        }

        using var constant = JsonDocument.Parse(Text(record, "job") ?? "{}");
        var job = constant.RootElement;
        return new JobInfo
        {
            Id = id,
            Queue = queue,
            Name = job.TryGetProperty("name", out var name) ? name.GetString()! : "",
            State = state,
            Attempt = (int)(record.TryGetValue("attempt", out var attempt) ? (long)attempt : 0),
            MaxAttempts = job.TryGetProperty("max_attempts", out var most) ? most.GetInt32() : null,
            ArgsJson = job.TryGetProperty("args", out var args) ? args.GetRawText() : "null",
            EnqueuedAt = job.TryGetProperty("enqueued_at", out var at) ? DateTimeOffset.FromUnixTimeMilliseconds(at.GetInt64()) : default,
            ScheduledAt = due is { } time ? DateTimeOffset.FromUnixTimeMilliseconds((long)time) : null,
            StartedAt = Time(record, "started_at"),
            FinishedAt = Time(record, "finished_at"),
            ExpiresAt = Time(record, "expires_at"),
            Worker = Text(record, "lease") is { } lease ? lease[..Math.Max(0, lease.LastIndexOf('/'))] : null,
            CancelRequested = record.ContainsKey("cancel_requested"),
            Progress = Text(record, "progress") is { } progress
                ? JsonSerializer.Deserialize(progress, JobJson.Default.JobProgress)
                : null,
            Errors = ReadErrors(Text(record, "errors")),
            ResultJson = Text(record, "result"),
        };
    }

    public static IReadOnlyList<JobError> ReadErrors(string? lines)
    {
        if (string.IsNullOrEmpty(lines))
        {
            return [];
        }

        var errors = new List<JobError>();
        foreach (var line in lines.Split('\n'))
        {
            var error = JsonSerializer.Deserialize(line, JobJson.Default.StoredError);
            if (error is not null)
            {
                errors.Add(new JobError(error.Attempt, DateTimeOffset.FromUnixTimeMilliseconds(error.At), error.Kind, error.Message));
            }
        }

        return errors;
    }

    private static string? Text(Dictionary<string, RedisValue> record, string field) =>
        record.TryGetValue(field, out var value) ? value.ToString() : null;

    private static DateTimeOffset? Time(Dictionary<string, RedisValue> record, string field) =>
        Text(record, field) is { } text && long.TryParse(text, CultureInfo.InvariantCulture, out var ms)
            ? DateTimeOffset.FromUnixTimeMilliseconds(ms)
            : null;
}

/// <summary>An error as it is kept: one line of JSON each.</summary>
internal sealed record StoredError(int Attempt, long At, string Kind, string Message);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(JobProgress))]
[JsonSerializable(typeof(StoredError))]
internal sealed partial class JobJson : JsonSerializerContext;
