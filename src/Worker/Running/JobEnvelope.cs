using System.Text.Json;

namespace FunctionJobs.Worker;

/// <summary>What never changes of a job, as the record holds it. A field that this version does not know is ignored and kept.</summary>
internal readonly record struct JobEnvelope(
    string Name,
    ReadOnlyMemory<byte> Args,
    DateTimeOffset EnqueuedAt,
    int? MaxAttempts,
    TimeSpan? Timeout,
    string? TraceParent,
    string? TraceState)
{
    private static readonly byte[] NoArgs = "null"u8.ToArray();

    /// <exception cref="JsonException">The record is not JSON, or a field has another type: it was changed by hand.</exception>
    public static JobEnvelope Read(ReadOnlyMemory<byte> record)
    {
        var envelope = new JobEnvelope { Name = "", Args = NoArgs };
        var json = new Utf8JsonReader(record.Span, new JsonReaderOptions { MaxDepth = int.MaxValue });
        if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException("The record is not a JSON object.");
        }

        try
        {
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                envelope = ReadField(envelope, ref json, record);
            }
        }
        catch (Exception e) when (e is InvalidOperationException or FormatException or OverflowException or ArgumentOutOfRangeException)
        {
            throw new JsonException("A field of the record has another type than it should.", e);
        }

        return envelope;
    }

    private static JobEnvelope ReadField(JobEnvelope envelope, ref Utf8JsonReader json, ReadOnlyMemory<byte> record)
    {
        if (json.ValueTextEquals("args"u8))
        {
            json.Read();
            var start = (int)json.TokenStartIndex;
            json.Skip();
            return envelope with { Args = record[start..(int)json.BytesConsumed] };
        }

        if (json.ValueTextEquals("name"u8))
        {
            json.Read();
            return envelope with { Name = json.GetString() ?? "" };
        }

        if (json.ValueTextEquals("enqueued_at"u8))
        {
            json.Read();
            return envelope with { EnqueuedAt = DateTimeOffset.FromUnixTimeMilliseconds(json.GetInt64()) };
        }

        if (json.ValueTextEquals("max_attempts"u8))
        {
            json.Read();
            return envelope with { MaxAttempts = json.GetInt32() };
        }

        if (json.ValueTextEquals("timeout_ms"u8))
        {
            json.Read();
            return envelope with { Timeout = TimeSpan.FromMilliseconds(json.GetInt64()) };
        }

        if (json.ValueTextEquals("traceparent"u8))
        {
            json.Read();
            return envelope with { TraceParent = json.GetString() };
        }

        if (json.ValueTextEquals("tracestate"u8))
        {
            json.Read();
            return envelope with { TraceState = json.GetString() };
        }

        json.Read();
        json.Skip();
        return envelope;
    }
}
