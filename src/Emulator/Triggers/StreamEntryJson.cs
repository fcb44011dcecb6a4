using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using StackExchange.Redis;

namespace FunctionJobs.Emulator.Triggers;

/// <summary>Writes a stream entry as the extension does: <c>{"Id":"1-0","Values":{"field":"value"}}</c>.</summary>
internal static class StreamEntryJson
{
    // The extension's writer escapes no more than JSON demands.
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The entry as JSON.</summary>
    /// <exception cref="ArgumentException">A field occurs twice; the extension fails at this too.</exception>
    public static string Write(StreamEntry entry)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Plain))
        {
            json.WriteStartObject();
            json.WriteString("Id", entry.Id.ToString());
            json.WriteStartObject("Values");
            foreach (var (field, value) in entry.Values.ToDictionary(one => one.Name.ToString(), one => one.Value.ToString()))
            {
                json.WriteString(field, value);
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
