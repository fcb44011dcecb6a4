using StackExchange.Redis;

namespace FunctionJobs.Worker;

/// <summary>A job that this worker holds.</summary>
/// <param name="Id">The job's id.</param>
/// <param name="Lease">The token that every finish must show.</param>
/// <param name="Place">Its place in the queue, to which a release gives it back.</param>
/// <param name="Record">What never changes, as JSON.</param>
/// <param name="Attempt">This attempt, from 1.</param>
/// <param name="Losses">How many earlier attempts ended with their worker.</param>
/// <param name="LeasedAt">When it was leased, in ms since 1970 by Redis's clock.</param>
internal sealed record LeasedJob(string Id, string Lease, RedisValue Place, ReadOnlyMemory<byte> Record, int Attempt, int Losses, long LeasedAt)
{
    /// <summary>What the token of a job ends with that was leased before there was a free slot for it.</summary>
    public const string AheadMark = "~";

    /// <summary>Whether it was leased ahead: until it has begun, the loss of its worker does not count as an attempt.</summary>
    public bool IsAhead => Lease.EndsWith(AheadMark, StringComparison.Ordinal);

    /// <param name="reply">The job as lease.lua has it.</param>
    /// <param name="lease">The token.</param>
    /// <param name="leasedAt">When it was leased.</param>
    public static LeasedJob Read(RedisResult reply, string lease, long leasedAt)
    {
        var fields = (RedisValue[])reply!;
        return new LeasedJob(fields[0]!, lease, fields[1], fields[2], fields.Length > 3 ? (int)fields[3] : 1, fields.Length > 3 ? (int)fields[4] : 0, leasedAt);
    }
}
