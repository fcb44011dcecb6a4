using FunctionJobs.Emulator.Triggers;
using Microsoft.Azure.Functions.Worker.Extensions.Redis;

namespace FunctionJobs.Emulator.Discovery;

/// <summary>What starts a function, with settings resolved and values checked.</summary>
internal abstract record Trigger
{
    /// <summary>The type of the parameter that receives what triggered the function.</summary>
    public abstract Type ParameterType { get; }

    /// <summary>The trigger as the list of functions shows it.</summary>
    public abstract string Describe();
}

/// <summary>A trigger that polls a key in Redis.</summary>
/// <param name="Connection">Name of the setting that holds the connection string.</param>
/// <param name="ConnectionString">Its value.</param>
/// <param name="Key">The key.</param>
/// <param name="PollingInterval">Pause between a batch and the next look.</param>
/// <param name="MaxBatchSize">How many entries are taken at once.</param>
internal abstract record RedisTrigger(string Connection, string ConnectionString, string Key, TimeSpan PollingInterval, int MaxBatchSize) : Trigger
{
    /// <inheritdoc/>
    public override Type ParameterType => typeof(string);

    /// <summary>Key, interval and batch size, for the list of functions.</summary>
    protected string Details => $"key {Key}, every {PollingInterval.TotalMilliseconds:0} ms, up to {MaxBatchSize} at once";
}

/// <summary>Pops from a list.</summary>
internal sealed record ListTrigger(string Connection, string ConnectionString, string Key, TimeSpan PollingInterval, int MaxBatchSize, ListDirection Direction)
    : RedisTrigger(Connection, ConnectionString, Key, PollingInterval, MaxBatchSize)
{
    /// <inheritdoc/>
    public override string Describe() => $"redisListTrigger ({Details}, {Direction})";
}

/// <summary>Reads a stream through a consumer group.</summary>
internal sealed record StreamTrigger(string Connection, string ConnectionString, string Key, TimeSpan PollingInterval, int MaxBatchSize)
    : RedisTrigger(Connection, ConnectionString, Key, PollingInterval, MaxBatchSize)
{
    /// <inheritdoc/>
    public override string Describe() => $"redisStreamTrigger ({Details})";
}

/// <summary>Fires on a schedule.</summary>
internal sealed record TimerTrigger(string Text, Schedule Schedule, bool RunOnStartup, bool UseMonitor) : Trigger
{
    /// <inheritdoc/>
    public override Type ParameterType => typeof(Microsoft.Azure.Functions.Worker.TimerInfo);

    /// <inheritdoc/>
    public override string Describe() => $"timerTrigger ({Text}, UTC{(RunOnStartup ? ", and at start" : "")})";
}
