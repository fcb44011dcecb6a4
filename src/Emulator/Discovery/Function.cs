using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Azure.Functions.Worker;

namespace FunctionJobs.Emulator.Discovery;

/// <summary>One function of the app: who it is, what starts it, how it is called.</summary>
internal sealed record Function(FunctionDefinition Definition, Trigger Trigger, FunctionMethod Method);

/// <summary>A function's identity, read from its method.</summary>
internal sealed class MethodDefinition(string name, MethodInfo method) : FunctionDefinition
{
    /// <inheritdoc/>
    public override string PathToAssembly { get; } = method.DeclaringType!.Assembly.Location;

    /// <inheritdoc/>
    public override string EntryPoint { get; } = FullName(method);

    /// <inheritdoc/>
    public override string Id => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{EntryPoint} {Name}"))[..8]);

    /// <inheritdoc/>
    public override string Name { get; } = name;

    /// <summary>Namespace, class and method.</summary>
    public static string FullName(MethodInfo method) => $"{method.DeclaringType!.FullName}.{method.Name}";
}
