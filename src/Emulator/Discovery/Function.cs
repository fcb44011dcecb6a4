using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Azure.Functions.Worker;

namespace FunctionJobs.Emulator.Discovery;

/// <summary>One function of the app.</summary>
/// <param name="Definition">Who it is.</param>
/// <param name="Trigger">What starts it.</param>
/// <param name="Method">How it is called.</param>
/// <param name="IsDisabled">Whether a setting or host.json keeps its trigger from being started.</param>
internal sealed record Function(FunctionDefinition Definition, Trigger Trigger, FunctionMethod Method, bool IsDisabled);

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
