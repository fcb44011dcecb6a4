namespace Microsoft.Azure.Functions.Worker;

/// <summary>Makes a public method a function that the host runs when its trigger fires.</summary>
/// <param name="name">The function's name, unique in the app whatever its case: a letter and up to 127 letters, digits, <c>-</c> and <c>_</c>.</param>
[AttributeUsage(AttributeTargets.Method)]
public class FunctionAttribute(string name) : Attribute
{
    /// <summary>The function's name.</summary>
    public string Name { get; } = name;
}
