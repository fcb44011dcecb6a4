using System.Text.Json;
using System.Text.Json.Serialization;

namespace FunctionJobs.Worker;

/// <summary>Why an attempt failed, as it is kept with the job.</summary>
internal sealed record AttemptError(string Kind, string Message)
{
    public const string BadArgumentsKind = "BadArguments";

    private const int MaxMessageLength = 2000;

    public static AttemptError Of(Exception exception) => new(exception.GetType().Name, Shortened(MessageOf(exception)));

    public static AttemptError TimedOut(TimeSpan timeout) =>
        new("Timeout", $"The attempt was not done within its timeout of {timeout}.");

    public static AttemptError AttemptsUsedUp(int attempts, int losses) => losses > 0
        ? new(
            "WorkerLost",
            $"All {attempts} attempts are used up; {losses} of them ended with the worker process itself (killed, crashed, or cut off from Redis).")
        // The job type's setting was lowered while it waited.
        : new("AttemptsUsedUp", $"All {attempts} attempts are used up that the worker's settings give the job now; it was to have more when it failed last.");

    /// <param name="jobName">The job's name.</param>
    /// <param name="exception">Why they cannot be read.</param>
    /// <param name="isArgument">Whether an argument has that name.</param>
    public static AttemptError BadArguments(string jobName, Exception exception, Func<string, bool> isArgument) => new(
        BadArgumentsKind,
        $"The arguments do not fit '{jobName}': {Where(exception, isArgument)} They are not retried, since they would never fit.");

    public static AttemptError UnknownJobName(string jobName, TimeSpan waited) => new(
        "UnknownJobName",
        $"No version of the app that serves this queue has known the job name '{Shortened(jobName)}' for {waited}. Add it with AddJob, or enqueue to the right queue.");

    public static AttemptError ResultTooLarge(int bytes) => new(
        "ResultTooLarge",
        $"The result is {bytes:N0} bytes as JSON; the limit is {JobLimits.MaxArgsBytes:N0} (512 KiB). Store the data elsewhere and return its address.");

    public static AttemptError ResultNotWritable(Exception exception) => new(
        "ResultNotWritable",
        $"The result cannot be written as JSON ({exception.GetType().Name}). Return what System.Text.Json writes. It is not retried, since it would never be.");

    /// <summary>As JSON without its opening brace: the script puts the attempt and the time in front.</summary>
    public ReadOnlyMemory<byte> ToWire() => JsonSerializer.SerializeToUtf8Bytes(this, AttemptErrorJson.Default.AttemptError).AsMemory(1);

    // An exception's message may quote the value.
    private static string Where(Exception exception, Func<string, bool> isArgument) => exception is JsonException json
        ? $"the JSON is wrong at {Place(json.Path, isArgument)} (byte {json.BytePositionInLine ?? 0})."
        : $"{exception.GetType().Name}.";

    // Only the argument's own name: what follows in the path may be the keys of a dictionary, which are values.
    private static string Place(string? path, Func<string, bool> isArgument)
    {
        var name = path is ['$', '.', ..] ? path[2..].Split('.', '[')[0] : "";
        return isArgument(name) ? $"$.{name}" : "$";
    }

    // An exception of the app's own may have none, or throw while it makes it.
    private static string MessageOf(Exception exception)
    {
        try
        {
            return exception.Message ?? "";
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return "";
        }
    }

    private static string Shortened(string text) => text.Length <= MaxMessageLength ? text : text[..MaxMessageLength];
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(AttemptError))]
internal sealed partial class AttemptErrorJson : JsonSerializerContext;
