using System.Buffers;
using System.Text.Json;
using StackExchange.Redis;

namespace FunctionJobs.Worker;

/// <summary>What a trigger read: the id of a job, or something that was pushed there by hand.</summary>
/// <param name="JobId">The id, or null.</param>
/// <param name="Foreign">What goes to the inbox when it is no id.</param>
/// <param name="IsRing">Whether its form shows that a script rang with it; in a list an id looks like anything else.</param>
internal readonly record struct DoorbellEntry(string? JobId, RedisValue Foreign, bool IsRing = false)
{
    public static DoorbellEntry Read(string entry, Doorbell doorbell) =>
        doorbell == Doorbell.Stream && StreamValues(entry) is { } values
            ? OfStream(entry, values)
            : Of(entry);

    private static DoorbellEntry Of(string entry) =>
        JobLimits.WrongId(entry) is null ? new DoorbellEntry(entry, RedisValue.Null) : new DoorbellEntry(null, entry);

    private static DoorbellEntry OfStream(string entry, Dictionary<string, string> values) => values switch
    {
        { Count: 1 } when values.TryGetValue("id", out var id) => Of(id) with { IsRing = true },
        { Count: 1 } when values.TryGetValue("job", out var job) => new DoorbellEntry(null, job),
        _ when values.ContainsKey("name") => new DoorbellEntry(null, AsInboxEntry(values)),
        _ => new DoorbellEntry(null, entry),
    };

    private static Dictionary<string, string>? StreamValues(string entry)
    {
        try
        {
            using var document = JsonDocument.Parse(entry);
            return document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("Values", out var values)
                && values.Deserialize(StreamJson.Default.DictionaryStringString) is { } fields
                // A stream's fields have values; this was made by hand.
                && !fields.ContainsValue(null!)
                ? fields
                : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException)
        {
            return null;
        }
    }

    // The fields of a stream entry are strings; those of an inbox entry are JSON.
    private static string AsInboxEntry(Dictionary<string, string> values)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            foreach (var (field, value) in values)
            {
                json.WritePropertyName(field);
                if (field is "name" or "id" or "traceparent" || !IsJson(value))
                {
                    json.WriteStringValue(value);
                }
                else
                {
                    json.WriteRawValue(value);
                }
            }

            json.WriteEndObject();
        }

        return System.Text.Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static bool IsJson(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}

[System.Text.Json.Serialization.JsonSerializable(typeof(Dictionary<string, string>))]
internal sealed partial class StreamJson : System.Text.Json.Serialization.JsonSerializerContext;
