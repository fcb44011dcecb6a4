using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace FunctionJobs.Worker;

/// <summary>The pump of each queue that this app's job types come from.</summary>
internal sealed class QueuePumps(
    JobTypes types,
    IEnumerable<ServedQueue> further,
    IConnectionMultiplexer redis,
    WorkerIdentity worker,
    IOptions<JobWorkerOptions> options,
    AttemptRunner runner,
    Suspects suspects,
    InboxAdopter inbox,
    WorkerSettings settings,
    ILoggerFactory logs) : IDisposable
{
    private readonly Dictionary<string, QueuePump> byQueue = Queues(types, further).ToDictionary(
        queue => queue.Name,
        queue => new QueuePump(new WorkerQueue(queue, redis, worker, options.Value), runner, suspects, inbox, settings, logs),
        StringComparer.Ordinal);

    public IReadOnlyCollection<QueuePump> All => byQueue.Values;

    public QueuePump? Find(string queue) => byQueue.GetValueOrDefault(queue);

    /// <summary>The host may be gone without having been stopped: another service of it failed to start.</summary>
    public void Dispose() => Abandon();

    /// <summary>No pump takes more work.</summary>
    public void Abandon()
    {
        foreach (var pump in All)
        {
            pump.Abandon();
        }
    }

    private static List<JobQueue> Queues(JobTypes types, IEnumerable<ServedQueue> further)
    {
        List<JobQueue> queues = [.. types.Queues.Concat(further.Select(served => served.Queue)).Distinct()];
        var rivals = queues.GroupBy(queue => queue.Name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1);
        return rivals is null
            ? queues
            : throw new InvalidOperationException(
                $"Queue '{rivals.Key}' is served both as a list and as a stream (AddJob, AddQueue); it can have one trigger only. Name it as one of them.");
    }
}
