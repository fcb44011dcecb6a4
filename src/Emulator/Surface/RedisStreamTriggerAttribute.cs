using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

namespace Microsoft.Azure.Functions.Worker.Extensions.Redis;

/// <summary>Runs the function for each new entry of a Redis stream. The entry is acknowledged whatever the outcome.</summary>
/// <param name="connection">Name of the setting that holds the connection string.</param>
/// <param name="key">Key of the stream; <c>%Setting%</c> is replaced.</param>
/// <param name="pollingIntervalInMs">Pause between one batch and the next look, in milliseconds; above 0.</param>
/// <param name="maxBatchSize">How many entries are read at once; above 0.</param>
public class RedisStreamTriggerAttribute(
    string connection,
    string key,
    int pollingIntervalInMs = 1000,
    int maxBatchSize = 16) : TriggerBindingAttribute
{
    /// <summary>Name of the setting that holds the connection string.</summary>
    public string Connection { get; } = connection;

    /// <summary>Key of the stream.</summary>
    public string Key { get; } = key;

    /// <summary>Pause between one batch and the next look, in milliseconds.</summary>
    public int PollingIntervalInMs { get; } = pollingIntervalInMs;

    /// <summary>How many entries are read at once.</summary>
    public int MaxBatchSize { get; } = maxBatchSize;
}
