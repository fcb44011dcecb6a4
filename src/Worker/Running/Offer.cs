using System.Buffers.Text;
using System.Globalization;
using System.Text;
using StackExchange.Redis;

namespace FunctionJobs.Worker;

/// <summary>
/// This worker's word, kept in Redis while it waits on an empty queue, that it takes a job at once. Who enqueues one leases it to this worker
/// and sends it on the worker's own channel, so that the worker need not fetch it. An offer is good for one job.
/// </summary>
/// <param name="Text">What the script reads: lease token, lease in ms, the command that publishes, the channel, and when it was made.</param>
/// <param name="ValidFor">How long the worker waits.</param>
/// <param name="CountCommand">How to ask who listens.</param>
/// <param name="Channel">The worker's own channel.</param>
internal sealed record Offer(string Text, TimeSpan ValidFor, string CountCommand, string Channel)
{
    /// <summary>The lease token of the job that is granted for it.</summary>
    public string Token => Text[..Text.IndexOf(' ', StringComparison.Ordinal)];

    /// <param name="queue">The queue.</param>
    /// <param name="now">A timestamp of the process's own clock: no job that is granted for this offer was leased before.</param>
    /// <param name="validFor">How long the worker waits.</param>
    public static Offer Make(WorkerQueue queue, long now, TimeSpan validFor)
    {
        var sharded = Presence.IsSharded(queue.Multiplexer);
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"{queue.Worker.NextLease()} {(long)queue.LeaseMs} {(sharded ? "SPUBLISH" : "PUBLISH")} {queue.Channel} {now}");
        return new Offer(text, validFor, Presence.CountCommand(sharded), queue.Channel);
    }

    /// <summary>Reads what came on the worker's own channel: when the offer was made, then the job.</summary>
    /// <returns>The job, and since when its lease is surely held; null when it is nothing that this worker's offers lead to.</returns>
    public static (LeasedJob Job, long HeldSince)? ReadGranted(WorkerQueue queue, RedisValue message)
    {
        ReadOnlyMemory<byte> rest = message;
        return Utf8Parser.TryParse(Next(ref rest).Span, out long heldSince, out _)
            && Encoding.UTF8.GetString(Next(ref rest).Span) is var lease
            && lease.StartsWith(queue.Worker.Name + "/", StringComparison.Ordinal)
            && Utf8Parser.TryParse(Next(ref rest).Span, out long place, out _)
            && Utf8Parser.TryParse(Next(ref rest).Span, out long leasedAt, out _)
            && Encoding.UTF8.GetString(Next(ref rest).Span) is { Length: > 0 } id
            ? (new LeasedJob(id, lease, place, rest, Attempt: 1, Losses: 0, leasedAt), heldSince)
            : null;
    }

    /// <summary>Takes off what is before the next blank.</summary>
    private static ReadOnlyMemory<byte> Next(ref ReadOnlyMemory<byte> rest)
    {
        var blank = rest.Span.IndexOf((byte)' ');
        if (blank < 0)
        {
            return default;
        }

        var next = rest[..blank];
        rest = rest[(blank + 1)..];
        return next;
    }
}
