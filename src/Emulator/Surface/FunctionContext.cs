namespace Microsoft.Azure.Functions.Worker;

/// <summary>One invocation of a function.</summary>
public abstract class FunctionContext
{
    /// <summary>Id of the invocation, different each time.</summary>
    public abstract string InvocationId { get; }

    /// <summary>Id of the function, the same each time.</summary>
    public abstract string FunctionId { get; }

    /// <summary>What the trigger tells beside the bound value.</summary>
    public abstract BindingContext BindingContext { get; }

    /// <summary>Services of this invocation: a scope of its own, disposed when it ends.</summary>
    public abstract IServiceProvider InstanceServices { get; set; }

    /// <summary>Which function is running.</summary>
    public abstract FunctionDefinition FunctionDefinition { get; }

    /// <summary>Values that middleware and function share during this invocation.</summary>
    public abstract IDictionary<object, object> Items { get; set; }

    /// <summary>Never fires on SIGTERM: there <c>IHostApplicationLifetime.ApplicationStopping</c> does.</summary>
    public virtual CancellationToken CancellationToken { get; } = CancellationToken.None;
}
