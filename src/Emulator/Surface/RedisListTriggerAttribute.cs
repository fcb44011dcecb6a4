using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

namespace Microsoft.Azure.Functions.Worker.Extensions.Redis;

/// <summary>Runs the function for each entry of a Redis list. The entry is popped before the function runs.</summary>
/// <param name="connection">Name of the setting that holds the connection string.</param>
/// <param name="key">Key of the list; <c>%Setting%</c> is replaced.</param>
/// <param name="pollingIntervalInMs">Pause between one batch and the next look, in milliseconds; above 0.</param>
/// <param name="maxBatchSize">How many entries are popped at once; above 0.</param>
/// <param name="listDirection">From which end entries are popped.</param>
public class RedisListTriggerAttribute(
    string connection,
    string key,
    int pollingIntervalInMs = 1000,
    int maxBatchSize = 16,
    ListDirection listDirection = ListDirection.LEFT) : TriggerBindingAttribute
{
    /// <summary>Name of the setting that holds the connection string.</summary>
    public string Connection { get; } = connection;

    /// <summary>Key of the list.</summary>
    public string Key { get; } = key;

    /// <summary>Pause between one batch and the next look, in milliseconds.</summary>
    public int PollingIntervalInMs { get; } = pollingIntervalInMs;

    /// <summary>How many entries are popped at once.</summary>
    public int MaxBatchSize { get; } = maxBatchSize;

    /// <summary>From which end entries are popped.</summary>
    public ListDirection ListDirection { get; } = listDirection;
}
