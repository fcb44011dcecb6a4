namespace FunctionJobs.Worker;

internal sealed record JobIdentity(
    string Queue, string JobId, string JobName, int Attempt, int MaxAttempts, DateTimeOffset EnqueuedAt, string Lease);
