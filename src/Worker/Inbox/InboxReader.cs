using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using StackExchange.Redis;

namespace FunctionJobs.Worker;

/// <summary>Reads jobs that were pushed from elsewhere. docs/wire-format.md describes them for other languages.</summary>
internal static class InboxReader
{
    private const int MaxEntryBytes = JobLimits.MaxArgsBytes + (64 * 1024);
    private const int ShownBytes = 4096;

    public static InboxEntry Read(RedisValue raw)
    {
        var bytes = (ReadOnlyMemory<byte>)raw;
        try
        {
            return new InboxEntry(raw, ReadJob(bytes), null);
        }
        catch (JsonException e)
        {
            var mayBeAnId = bytes.Length <= JobLimits.MaxIdLength && JobLimits.WrongId(raw) is null;
            return Rejected(
                raw,
                bytes,
                $"It is neither the id of a known job nor JSON (byte {e.BytePositionInLine ?? 0} of line {(e.LineNumber ?? 0) + 1})."
                + (mayBeAnId ? " If it is the id of a job that has ended and was not to be kept, it has rung late, and nothing is lost." : ""));
        }
        catch (InvalidDataException e)
        {
            return Rejected(raw, bytes, e.Message);
        }
        catch (Exception e) when (e is InvalidOperationException or FormatException or ArgumentException)
        {
            // A string that is no Unicode text, such as half a surrogate pair.
            return Rejected(raw, bytes, $"It has a value that cannot be read ({e.GetType().Name}).");
        }
    }

    private static JobEntry ReadJob(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.Length > MaxEntryBytes)
        {
            throw new InvalidDataException($"It is {bytes.Length:N0} bytes long; the limit is {MaxEntryBytes:N0}.");
        }

        using var document = JsonDocument.Parse(bytes, new JsonDocumentOptions { MaxDepth = int.MaxValue });
        var entry = document.RootElement;
        if (entry.ValueKind != JsonValueKind.Object)
        {
            throw new InvalidDataException($"It is a JSON {entry.ValueKind}, not an object with \"name\" and \"args\", nor the id of a job.");
        }

        var name = Text(entry, "name") ?? throw new InvalidDataException("It has no \"name\".");
        Refuse(JobLimits.WrongName(name));
        var id = Text(entry, "id");
        if (id is not null)
        {
            Refuse(JobLimits.WrongId(id));
        }

        var terms = JobEntry.TermsOf(
            id is not null,
            Moment(entry, "delay_ms", 0, "scheduled_at"),
            Moment(entry, "expires_in_ms", 1, "expires_at"),
            (int)(Number(entry, "priority", JobLimits.MinPriority, JobLimits.MaxPriority) ?? EnqueueOptions.DefaultPriority),
            Number(entry, "keep_result_for_ms", 0, (long)JobLimits.MaxKeep.TotalMilliseconds));
        RefuseEarlierExpiry(entry);
        return new JobEntry(id ?? JobId.New(), Constant(entry, name), terms);
    }

    private static ReadOnlyMemory<byte> Constant(JsonElement entry, string name)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { SkipValidation = true }))
        {
            json.WriteStartObject();
            json.WriteString("name"u8, name);
            if (Number(entry, "max_attempts", 1, JobLimits.MaxAttempts) is { } attempts)
            {
                json.WriteNumber("max_attempts"u8, attempts);
            }

            if (Number(entry, "timeout_ms", 1, (long)JobLimits.MaxTimeout.TotalMilliseconds) is { } timeout)
            {
                json.WriteNumber("timeout_ms"u8, timeout);
            }

            if (Text(entry, "traceparent") is { Length: <= 64 } trace)
            {
                json.WriteString("traceparent"u8, trace);
            }

            json.WritePropertyName("args"u8);
            var args = entry.TryGetProperty("args", out var given) ? given.GetRawText() : "null";
            if (Encoding.UTF8.GetByteCount(args) > JobLimits.MaxArgsBytes)
            {
                throw new InvalidDataException($"Its \"args\" are longer than {JobLimits.MaxArgsBytes:N0} bytes.");
            }

            json.WriteRawValue(args, skipInputValidation: true);
            json.WriteEndObject();
        }

        return buffer.WrittenMemory[1..];
    }

    private static string Moment(JsonElement entry, string relative, long least, string absolute)
    {
        var most = (long)JobLimits.MaxDelay.TotalMilliseconds;
        if (Number(entry, relative, least, most) is { } ms)
        {
            return ms == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"+{ms}");
        }

        return Number(entry, absolute, 0, 253_402_300_799_999)?.ToString(CultureInfo.InvariantCulture) ?? "";
    }

    // Two of different kinds would have to be compared by Redis's clock: such a job expires when its turn comes.
    private static void RefuseEarlierExpiry(JsonElement entry)
    {
        var (delay, expiresIn) = (Given(entry, "delay_ms"), Given(entry, "expires_in_ms"));
        if (expiresIn <= delay)
        {
            throw new InvalidDataException("Its \"expires_in_ms\" is not more than its \"delay_ms\", so it would never run.");
        }

        if (delay is null && expiresIn is null && Given(entry, "expires_at") <= Given(entry, "scheduled_at"))
        {
            throw new InvalidDataException("Its \"expires_at\" is not after its \"scheduled_at\", so it would never run.");
        }
    }

    private static long? Given(JsonElement entry, string field) => Number(entry, field, 0, long.MaxValue);

    private static string? Text(JsonElement entry, string field) => !entry.TryGetProperty(field, out var value) || value.ValueKind == JsonValueKind.Null
        ? null
        : value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : throw new InvalidDataException($"Its \"{field}\" is a {value.ValueKind}, not a string.");

    private static long? Number(JsonElement entry, string field, long least, long most)
    {
        if (!entry.TryGetProperty(field, out var value) || value.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        return value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) && number >= least && number <= most
            ? number
            : throw new InvalidDataException($"Its \"{field}\" must be a whole number from {least} to {most}.");
    }

    private static void Refuse(string? reason)
    {
        if (reason is not null)
        {
            throw new InvalidDataException(reason);
        }
    }

    /// <summary>The rejection as JSON without its opening brace: the script puts the time in front.</summary>
    private static InboxEntry Rejected(RedisValue raw, ReadOnlyMemory<byte> bytes, string reason)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteString("reason"u8, reason);
            json.WriteNumber("length"u8, bytes.Length);
            json.WriteString("entry"u8, Encoding.UTF8.GetString(bytes.Span[..Math.Min(bytes.Length, ShownBytes)]));
            json.WriteEndObject();
        }

        return new InboxEntry(raw, default, buffer.WrittenMemory[1..]);
    }
}
