using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Azure.Functions.Worker;

namespace FunctionJobs.Emulator.Triggers;

/// <summary>What the host tells of an entry in <see cref="BindingContext.BindingData"/>: names without regard to case, and texts.</summary>
internal static class BindingData
{
    private static readonly JsonDocumentOptions Lenient = new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>
    /// What the trigger tells, and over it the members of an argument that is a JSON object, as the host adds them (Utility.ApplyBindingData in
    /// Azure/azure-functions-host): numbers and truth values as text, objects as JSON; neither arrays nor nulls.
    /// </summary>
    public static IReadOnlyDictionary<string, object?> Of(string argument, params IEnumerable<(string Name, string Value)> told)
    {
        var data = told.ToDictionary(one => one.Name, one => (object?)one.Value, StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in Members(argument))
        {
            if (value is not null)
            {
                data[name] = value;
            }
        }

        return data;
    }

    private static List<(string Name, string? Value)> Members(string argument)
    {
        try
        {
            using var json = JsonDocument.Parse(argument, Lenient);
            return json.RootElement.ValueKind == JsonValueKind.Object
                ? [.. json.RootElement.EnumerateObject().Select(member => (member.Name, Text(member.Value)))]
                : [];
        }
        catch (Exception notReadable) when (notReadable is JsonException or InvalidOperationException)
        {
            return [];
        }
    }

    private static string? Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.True => bool.TrueString,
        JsonValueKind.False => bool.FalseString,
        JsonValueKind.Number => IsWhole(value) ? value.GetRawText() : value.GetDouble().ToString(CultureInfo.InvariantCulture),
        JsonValueKind.Object => Compact(value),
        _ => null,
    };

    private static bool IsWhole(JsonElement number) => number.GetRawText().AsSpan().IndexOfAny('.', 'e', 'E') < 0;

    private static string Compact(JsonElement value)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Plain))
        {
            value.WriteTo(json);
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
