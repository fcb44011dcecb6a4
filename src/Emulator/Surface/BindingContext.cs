namespace Microsoft.Azure.Functions.Worker;

/// <summary>What the trigger tells about one invocation beside the bound value.</summary>
public abstract class BindingContext
{
    /// <summary>A Redis list gives <c>Key</c> and <c>Value</c>; a Redis stream gives <c>Key</c>, <c>Id</c> and <c>Values</c>.</summary>
    public abstract IReadOnlyDictionary<string, object?> BindingData { get; }
}
