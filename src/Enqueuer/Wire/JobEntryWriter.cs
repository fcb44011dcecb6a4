using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace FunctionJobs;

/// <summary>Checks what an enqueue says and writes it as <see cref="JobEntry"/>.</summary>
internal static class JobEntryWriter
{
    // Larger ones are not kept: a thread should not hold on to the memory of its largest job.
    private const int KeepBuffer = 16 * 1024;

    [ThreadStatic]
    private static Scratch? kept;

    /// <exception cref="ArgumentException">A value is refused; the message names the parameter and the limit.</exception>
    public static JobEntry Write(NewJob job, JsonSerializerOptions serializer)
    {
        var options = job.Options;
        Refuse(JobLimits.WrongName(job.Name), "name");
        if (options.JobId is not null)
        {
            Refuse(JobLimits.WrongId(options.JobId), nameof(options.JobId));
        }

        Within(options.Priority, JobLimits.MinPriority, JobLimits.MaxPriority, nameof(options.Priority));
        if (options.MaxAttempts is { } attempts)
        {
            Within(attempts, 1, JobLimits.MaxAttempts, nameof(options.MaxAttempts));
        }

        Within(options.Timeout, TimeSpan.FromMilliseconds(1), JobLimits.MaxTimeout, nameof(options.Timeout));
        Within(options.KeepResultFor, TimeSpan.Zero, JobLimits.MaxKeep, nameof(options.KeepResultFor));
        var (when, expires) = Times(options);

        return new JobEntry(
            options.JobId ?? JobId.New(),
            Constant(job, serializer),
            JobEntry.TermsOf(options.JobId is not null, when, expires, options.Priority, (long?)options.KeepResultFor?.TotalMilliseconds));
    }

    private static (string When, string Expires) Times(EnqueueOptions options)
    {
        if (options is { Delay: not null, ScheduledAt: not null })
        {
            throw Refused("Delay and ScheduledAt exclude each other; set one.", nameof(options.Delay));
        }

        if (options is { ExpiresIn: not null, ExpiresAt: not null })
        {
            throw Refused("ExpiresIn and ExpiresAt exclude each other; set one.", nameof(options.ExpiresIn));
        }

        Within(options.Delay, TimeSpan.Zero, JobLimits.MaxDelay, nameof(options.Delay));
        Within(options.ExpiresIn, TimeSpan.FromMilliseconds(1), JobLimits.MaxDelay, nameof(options.ExpiresIn));
        var early = options switch
        {
            { Delay: { } delay, ExpiresIn: { } expiresIn } => expiresIn <= delay,
            { ScheduledAt: { } at, ExpiresAt: { } expiresAt } => expiresAt <= at,
            { ScheduledAt: { } at, ExpiresIn: { } expiresIn } => TimeProvider.System.GetUtcNow() + expiresIn <= at,
            { Delay: { } delay, ExpiresAt: { } expiresAt } => expiresAt <= TimeProvider.System.GetUtcNow() + delay,
            _ => false,
        };
        if (early)
        {
            var parameter = options.ExpiresIn is null ? nameof(options.ExpiresAt) : nameof(options.ExpiresIn);
            throw Refused($"{parameter} lies before the time for which the job is scheduled, so it would never run.", parameter);
        }

        return (Moment(options.Delay, options.ScheduledAt), Moment(options.ExpiresIn, options.ExpiresAt));
    }

    private static string Moment(TimeSpan? fromNow, DateTimeOffset? at) =>
        fromNow is { } span && span > TimeSpan.Zero ? string.Create(CultureInfo.InvariantCulture, $"+{(long)span.TotalMilliseconds}")
        : at is { } time ? Math.Max(0, time.ToUnixTimeMilliseconds()).ToString(CultureInfo.InvariantCulture)
        : "";

    private static ReadOnlyMemory<byte> Constant(NewJob job, JsonSerializerOptions serializer)
    {
        // A serializer of the caller's may enqueue in turn: then it finds none kept.
        var scratch = kept is { } last && last.Encoder == serializer.Encoder ? last : new Scratch(serializer.Encoder);
        kept = null;
        var (buffer, json) = (scratch.Bytes, scratch.Json);
        buffer.ResetWrittenCount();
        json.Reset();
        json.WriteStartObject();
        json.WriteString("name"u8, job.Name);
        if (job.Options.MaxAttempts is { } attempts)
        {
            json.WriteNumber("max_attempts"u8, attempts);
        }

        if (job.Options.Timeout is { } timeout)
        {
            json.WriteNumber("timeout_ms"u8, (long)timeout.TotalMilliseconds);
        }

        if (Activity.Current is { IdFormat: ActivityIdFormat.W3C } activity)
        {
            json.WriteString("traceparent"u8, activity.Id);
            if (activity.TraceStateString is { Length: > 0 and <= 512 } state)
            {
                json.WriteString("tracestate"u8, state);
            }
        }

        json.WritePropertyName("args"u8);
        json.Flush();
        var before = buffer.WrittenCount;
        WriteArgs(json, job, serializer);
        json.Flush();
        if (buffer.WrittenCount - before > JobLimits.MaxArgsBytes)
        {
            throw Refused(
                $"The arguments of '{job.Name}' are {buffer.WrittenCount - before:N0} bytes as JSON; the limit is {JobLimits.MaxArgsBytes:N0} (512 KiB). "
                + "Store the data elsewhere and pass its address.",
                "args");
        }

        json.WriteEndObject();
        json.Flush();

        var constant = buffer.WrittenSpan[1..].ToArray();
        kept = buffer.Capacity <= KeepBuffer ? scratch : null;
        return constant;
    }

    private static void WriteArgs(Utf8JsonWriter json, NewJob job, JsonSerializerOptions serializer)
    {
        try
        {
            JsonSerializer.Serialize(json, job.Args, job.ArgsType, serializer);
        }
        catch (Exception e) when (e is NotSupportedException or JsonException or InvalidOperationException or ArgumentException)
        {
            throw Refused(
                $"The arguments of '{job.Name}' cannot be written as JSON ({job.ArgsType.Name}): {e.Message}", "args", e);
        }
    }

    private static ArgumentException Refused(string reason, string parameter, Exception? inner = null) => new(reason, parameter, inner);

    private static void Refuse(string? reason, string parameter)
    {
        if (reason is not null)
        {
            throw Refused(reason, parameter);
        }
    }

    private static void Within(TimeSpan? value, TimeSpan least, TimeSpan most, string parameter)
    {
        if (value is { } span && (span < least || span > most))
        {
            throw new ArgumentOutOfRangeException(parameter, span, $"{parameter} must lie between {least} and {most}.");
        }
    }

    private static void Within(int value, int least, int most, string parameter)
    {
        if (value < least || value > most)
        {
            throw new ArgumentOutOfRangeException(parameter, value, $"{parameter} must lie between {least} and {most}.");
        }
    }

    /// <summary>What a thread writes its jobs with, one after the other.</summary>
    private sealed class Scratch
    {
        /// <param name="encoder">Of serializer and writer the writer's counts.</param>
        public Scratch(JavaScriptEncoder? encoder)
        {
            Encoder = encoder;
            Json = new Utf8JsonWriter(Bytes, new JsonWriterOptions { SkipValidation = true, Encoder = encoder });
        }

        public JavaScriptEncoder? Encoder { get; }

        public ArrayBufferWriter<byte> Bytes { get; } = new(512);

        public Utf8JsonWriter Json { get; }
    }
}
