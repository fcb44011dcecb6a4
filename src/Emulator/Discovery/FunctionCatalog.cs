using System.Reflection;
using System.Text.RegularExpressions;
using FunctionJobs.Emulator.Startup;
using Microsoft.Azure.Functions.Worker;

namespace FunctionJobs.Emulator.Discovery;

/// <summary>The functions of the app, checked.</summary>
internal sealed partial class FunctionCatalog
{
    private const BindingFlags EveryMethod =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private FunctionCatalog(IReadOnlyList<Function> functions) => Functions = functions;

    /// <summary>The functions, by name.</summary>
    public IReadOnlyList<Function> Functions { get; }

    /// <summary>Finds the methods with <see cref="FunctionAttribute"/> in <paramref name="types"/>.</summary>
    /// <exception cref="StartupException">A function cannot run as it is written, or two share a name.</exception>
    public static FunctionCatalog Read(IReadOnlyList<Type> types, AppSettings settings, HostJson hostJson)
    {
        List<Function> functions = [.. types
            .SelectMany(type => type.GetMethods(EveryMethod))
            .Select(method => (method, name: method.GetCustomAttribute<FunctionAttribute>()?.Name))
            .Where(found => found.name is not null)
            .Select(found => Read(found.name!, found.method, settings, hostJson))
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

    private static Function Read(string name, MethodInfo method, AppSettings settings, HostJson hostJson)
    {
        Check(name, method);
        var (parameter, trigger) = TriggerReader.Read(name, method, settings);
        return new Function(
            new MethodDefinition(name, method),
            trigger,
            FunctionMethod.Read(name, method, parameter, trigger),
            IsDisabled: settings.Disable(name) || !hostJson.Lists(name));
    }

    private static void Check(string name, MethodInfo method)
    {
        var type = method.DeclaringType!;
        var function = $"Function '{name}' ({MethodDefinition.FullName(method)})";
        if (!method.IsPublic)
        {
            throw new StartupException($"{function} is not public; the host would not find it.");
        }

        if (!HostsName().IsMatch(name))
        {
            throw new StartupException(
                $"{function} has a name that the host refuses. Give it 1 to 128 letters (a to z), digits, '-' and '_', the first of them a letter; 'host' is taken.");
        }

        // The worker looks for it under the name that C# has for it, in which a dot stands before the inner class.
        if (type.IsNested)
        {
            throw new StartupException($"{function} is in a class inside of another, where the worker does not find it. Move {type.Name} out of {type.DeclaringType!.Name}.");
        }

        if (IsAmbiguous(type, method.Name))
        {
            throw new StartupException($"{function} is not the only public method of that name in its class, and the worker looks for it by name. Rename the others.");
        }
    }

    // As the worker asks (DefaultMethodInfoLocator), so that inherited methods count as they do there.
    private static bool IsAmbiguous(Type type, string method)
    {
        try
        {
            return type.GetMethod(method) is null;
        }
        catch (AmbiguousMatchException)
        {
            return true;
        }
    }

    // Utility.IsValidFunctionName in Azure/azure-functions-host.
    [GeneratedRegex(@"^[a-z][a-z0-9_\-]{0,127}$(?<!^host$)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex HostsName();
}
