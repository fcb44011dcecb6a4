using System.Globalization;
using StackExchange.Redis;

namespace FunctionJobs;

/// <summary>A checked job as the <c>enqueue</c> script takes it.</summary>
/// <param name="Id">The job's id.</param>
/// <param name="Constant">What never changes, as JSON without its opening brace; the script puts the time in front.</param>
/// <param name="Terms">See <see cref="TermsOf"/>.</param>
internal readonly record struct JobEntry(string Id, ReadOnlyMemory<byte> Constant, string Terms)
{
    public const int Width = 3;

    /// <summary>Most jobs say nothing of these, and what is not sent costs nothing.</summary>
    /// <param name="idIsGiven">Whether the id is the caller's, which another job may have already; otherwise it was made for this one.</param>
    /// <param name="when">When it may run: empty, <c>+ms</c> from now, or ms since 1970.</param>
    /// <param name="expires">When it expires, likewise.</param>
    /// <param name="priority">0 to 9.</param>
    /// <param name="keep">How long to keep the record after the end, in ms; null for the worker's setting.</param>
    public static string TermsOf(bool idIsGiven, string when, string expires, int priority, long? keep)
    {
        var given = idIsGiven ? "?" : "";
        return when.Length == 0 && expires.Length == 0 && priority == EnqueueOptions.DefaultPriority && keep is null
            ? given
            : string.Create(CultureInfo.InvariantCulture, $"{when};{expires};{priority};{keep};{given}");
    }

    public void CopyTo(Span<RedisValue> values)
    {
        values[0] = Id;
        values[1] = Constant;
        values[2] = Terms;
    }
}
