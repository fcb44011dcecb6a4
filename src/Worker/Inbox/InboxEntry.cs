using StackExchange.Redis;

namespace FunctionJobs.Worker;

/// <summary>An entry of the inbox, read: a job, or the reason why it is none.</summary>
internal readonly record struct InboxEntry(RedisValue Raw, JobEntry Job, ReadOnlyMemory<byte>? Rejection);
