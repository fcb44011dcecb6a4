namespace Microsoft.Azure.Functions.Worker;

/// <summary>What the trigger tells about one invocation beside the bound value.</summary>
public abstract class BindingContext
{
    /// <summary>
    /// A Redis list gives <c>Key</c>, <c>Value</c>, and the members of a value that is a JSON object, but for arrays and nulls; a Redis stream gives
    /// <c>Key</c>, <c>Id</c> and <c>Values</c>. All are texts, an object as JSON. Names are found whatever their case.
    /// </summary>
    public abstract IReadOnlyDictionary<string, object?> BindingData { get; }
}
