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

    /// <summary>How many values lease.lua has of a job.</summary>
    public const int Width = 5;

    /// <param name="fields">The job as lease.lua has it.</param>
    /// <param name="lease">The token.</param>
    /// <param name="leasedAt">When it was leased.</param>
    public static LeasedJob Read(ReadOnlySpan<RedisResult> fields, string lease, long leasedAt) =>
        new((string)fields[0]!, lease, (RedisValue)fields[1], (RedisValue)fields[2], (int)fields[3], (int)fields[4], leasedAt);
}
