using Microsoft.Azure.Functions.Worker;
using StackExchange.Redis;

namespace FunctionJobs.Emulator.Triggers;

/// <summary>What a trigger took and one invocation is for.</summary>
internal abstract record TriggerEntry
{
    /// <summary>The value of the function's trigger parameter.</summary>
    public abstract object ToArgument();

    /// <summary>What <see cref="BindingContext.BindingData"/> holds.</summary>
    public abstract IReadOnlyDictionary<string, object?> ToBindingData();
}

/// <summary>An entry popped from a list, given as it is.</summary>
internal sealed record ListEntry(string Key, RedisValue Value) : TriggerEntry
{
    /// <inheritdoc/>
    public override object ToArgument() => Value.ToString();

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, object?> ToBindingData() =>
        BindingData.Of(Value.ToString(), ("Key", Key), ("Value", Value.ToString()));
}

/// <summary>An entry read from a stream, given as JSON.</summary>
internal sealed record StreamEntryRead(string Key, StreamEntry Entry) : TriggerEntry
{
    /// <inheritdoc/>
    public override object ToArgument() => StreamEntryJson.Write(Entry);

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, object?> ToBindingData() => BindingData.Of(StreamEntryJson.Write(Entry), ("Key", Key));
}

/// <summary>A timer that fired.</summary>
internal sealed record TimerTick(TimerInfo Info) : TriggerEntry
{
    /// <inheritdoc/>
    public override object ToArgument() => Info;

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, object?> ToBindingData() => new Dictionary<string, object?>();
}
