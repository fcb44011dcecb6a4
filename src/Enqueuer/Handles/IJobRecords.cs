namespace FunctionJobs;

/// <summary>What a <see cref="JobHandle"/> asks of the queue.</summary>
internal interface IJobRecords
{
    Task<JobState?> GetStateAsync(string queue, string id, CancellationToken cancellationToken);

    Task<JobInfo?> GetInfoAsync(string queue, string id, CancellationToken cancellationToken);

    Task<CancelOutcome> CancelAsync(string queue, string id, CancellationToken cancellationToken);

    Task<RequeueOutcome> RequeueAsync(string queue, string id, CancellationToken cancellationToken);

    Task<T?> WaitForResultAsync<T>(string queue, string id, TimeSpan timeout, CancellationToken cancellationToken);
}
