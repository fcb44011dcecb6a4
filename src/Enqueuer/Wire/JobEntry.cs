using System.Globalization;
using StackExchange.Redis;

namespace FunctionJobs;

/// <summary>A checked job as the <c>enqueue</c> script takes it.</summary>
/// <param name="Id">The job's id.</param>
/// <param name="IdIsGiven">Whether the id is the caller's, which another job may have already; otherwise it was made for this one.</param>
/// <param name="Constant">What never changes, as JSON without its opening brace; the script puts the time in front.</param>
/// <param name="When">When it may run: empty, <c>+ms</c> from now, or ms since 1970.</param>
/// <param name="Expires">When it expires, likewise.</param>
/// <param name="Priority">0 to 9.</param>
/// <param name="Keep">How long to keep the record after the end, in ms, or empty for the worker's setting.</param>
internal readonly record struct JobEntry(
    string Id, bool IdIsGiven, ReadOnlyMemory<byte> Constant, RedisValue When, RedisValue Expires, int Priority, RedisValue Keep)
{
    public const int Width = 3;

    private const int UsualPriority = 5;

    public void CopyTo(Span<RedisValue> values)
    {
        values[0] = Id;
        values[1] = Constant;
        values[2] = Terms();
    }

    private RedisValue Terms()
    {
        var given = IdIsGiven ? "?" : "";
        return IsUsual ? given : string.Create(CultureInfo.InvariantCulture, $"{When};{Expires};{Priority};{Keep};{given}");
    }

    // Most jobs say nothing of these, and what is not sent costs nothing.
    private bool IsUsual => When.IsNullOrEmpty && Expires.IsNullOrEmpty && Priority == UsualPriority && Keep.IsNullOrEmpty;
}
