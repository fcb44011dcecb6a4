using System.Text;

namespace FunctionJobs.Tests;

/// <summary>A span as OTLP sends it, as far as the tests look at it.</summary>
internal sealed record Span(string TraceId, string SpanId, string ParentId, string Name)
{
    /// <summary>Reads an ExportTraceServiceRequest: resource_spans (1) hold scope_spans (2), and those hold spans (2).</summary>
    public static IEnumerable<Span> ReadAll(byte[] request) =>
        from resource in Fields(request).Where(field => field.Number == 1)
        from scope in Fields(resource.Bytes).Where(field => field.Number == 2)
        from span in Fields(scope.Bytes).Where(field => field.Number == 2)
        select Read(Fields(span.Bytes).ToLookup(field => field.Number, field => field.Bytes));

    // trace_id (1), span_id (2), parent_span_id (4), name (5)
    private static Span Read(ILookup<int, byte[]> fields) => new(
        Convert.ToHexStringLower(fields[1].Single()),
        Convert.ToHexStringLower(fields[2].Single()),
        Convert.ToHexStringLower(fields[4].SingleOrDefault([])),
        Encoding.UTF8.GetString(fields[5].Single()));

    /// <summary>The fields of a protobuf message that have a length; numbers are passed over.</summary>
    private static IEnumerable<(int Number, byte[] Bytes)> Fields(byte[] message)
    {
        var at = 0;
        while (at < message.Length)
        {
            var tag = Varint(message, ref at);
            switch (tag & 7)
            {
                case 0:
                    Varint(message, ref at);
                    break;
                case 1:
                    at += 8;
                    break;
                case 5:
                    at += 4;
                    break;
                default:
                    var length = (int)Varint(message, ref at);
                    yield return ((int)(tag >> 3), message[at..(at + length)]);
                    at += length;
                    break;
            }
        }
    }

    private static ulong Varint(byte[] message, ref int at)
    {
        ulong value = 0;
        for (var shift = 0; ; shift += 7)
        {
            var part = message[at++];
            value |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80)
            {
                return value;
            }
        }
    }
}
