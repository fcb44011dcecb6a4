namespace Microsoft.Azure.Functions.Worker;

/// <summary>Which function is running.</summary>
public abstract class FunctionDefinition
{
    /// <summary>Path of the assembly that holds the function.</summary>
    public abstract string PathToAssembly { get; }

    /// <summary>Full name of the method: namespace, class and method.</summary>
    public abstract string EntryPoint { get; }

    /// <summary>An id that stays the same from one start to the next.</summary>
    public abstract string Id { get; }

    /// <summary>The name given in <see cref="FunctionAttribute"/>.</summary>
    public abstract string Name { get; }
}
