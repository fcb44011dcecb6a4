using System.Collections.Concurrent;

namespace FunctionJobs;

/// <summary>Each queue's keys, made once.</summary>
internal sealed class QueueKeysCache
{
    private readonly ConcurrentDictionary<string, QueueKeys> byQueue = new(StringComparer.Ordinal);

    public QueueKeys For(string queue) => byQueue.GetOrAdd(queue, static name => new QueueKeys(name));
}
