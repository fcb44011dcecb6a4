using System.Reflection;
using FunctionJobs.Emulator.Startup;
using Microsoft.Azure.Functions.Worker;

namespace FunctionJobs.Emulator.Discovery;

/// <summary>The functions of the app, checked.</summary>
internal sealed class FunctionCatalog
{
    private const BindingFlags EveryMethod =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private FunctionCatalog(IReadOnlyList<Function> functions) => Functions = functions;

    /// <summary>The functions, by name.</summary>
    public IReadOnlyList<Function> Functions { get; }

    /// <summary>Finds the methods with <see cref="FunctionAttribute"/> in <paramref name="types"/>.</summary>
    /// <exception cref="StartupException">A function cannot run as it is written, or two share a name.</exception>
    public static FunctionCatalog Read(IReadOnlyList<Type> types, AppSettings settings)
    {
        List<Function> functions = [.. types
            .SelectMany(type => type.GetMethods(EveryMethod))
            .Select(method => (method, name: method.GetCustomAttribute<FunctionAttribute>()?.Name))
            .Where(found => found.name is not null)
            .Select(found => Read(found.name!, found.method, settings))
            .OrderBy(function => function.Definition.Name, StringComparer.Ordinal)];

        foreach (var same in functions.GroupBy(function => function.Definition.Name, StringComparer.OrdinalIgnoreCase))
        {
            if (same.Count() > 1)
            {
                throw new StartupException(
                    $"The name '{same.Key}' belongs to {same.Count()} functions: {string.Join(", ", same.Select(function => function.Definition.EntryPoint))}. A name must be unique.");
            }
        }

        return new FunctionCatalog(functions);
    }

    private static Function Read(string name, MethodInfo method, AppSettings settings)
    {
        if (!method.IsPublic)
        {
            throw new StartupException($"Function '{name}' ({MethodDefinition.FullName(method)}) is not public; the host would not find it.");
        }

        var (parameter, trigger) = TriggerReader.Read(name, method, settings);
        return new Function(new MethodDefinition(name, method), trigger, FunctionMethod.Read(name, method, parameter, trigger));
    }
}
