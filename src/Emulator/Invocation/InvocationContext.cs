using FunctionJobs.Emulator.Discovery;
using FunctionJobs.Emulator.Triggers;
using Microsoft.Azure.Functions.Worker;

namespace FunctionJobs.Emulator.Invocation;

/// <summary>One invocation.</summary>
internal sealed class InvocationContext(string id, Function function, TriggerEntry entry, IServiceProvider services) : FunctionContext
{
    /// <inheritdoc/>
    public override string InvocationId => id;

    /// <inheritdoc/>
    public override string FunctionId => function.Definition.Id;

    /// <inheritdoc/>
    public override BindingContext BindingContext { get; } = new EntryBindingContext(entry);

    /// <inheritdoc/>
    public override IServiceProvider InstanceServices { get; set; } = services;

    /// <inheritdoc/>
    public override FunctionDefinition FunctionDefinition => function.Definition;

    /// <inheritdoc/>
    public override IDictionary<object, object> Items { get; set; } = new Dictionary<object, object>();

    /// <summary>Runs the function itself, after all middleware.</summary>
    public Task CallFunctionAsync() => function.Method.InvokeAsync(this, entry.ToArgument());

    private sealed class EntryBindingContext(TriggerEntry entry) : BindingContext
    {
        private readonly Lazy<IReadOnlyDictionary<string, object?>> data = new(entry.ToBindingData);

        public override IReadOnlyDictionary<string, object?> BindingData => data.Value;
    }
}
