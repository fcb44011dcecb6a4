using System.Reflection;
using System.Text.RegularExpressions;
using FunctionJobs.Emulator.Startup;
using FunctionJobs.Emulator.Triggers;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;
using Microsoft.Azure.Functions.Worker.Extensions.Redis;

namespace FunctionJobs.Emulator.Discovery;

/// <summary>Turns the trigger attribute on a method's parameter into a checked <see cref="Trigger"/>.</summary>
internal static partial class TriggerReader
{
    /// <summary>Finds the one parameter that is marked with a trigger.</summary>
    /// <exception cref="StartupException">There is none, there are two, or a value is wrong.</exception>
    public static (ParameterInfo Parameter, Trigger Trigger) Read(string function, MethodInfo method, AppSettings settings)
    {
        List<(ParameterInfo Parameter, TriggerBindingAttribute Attribute)> found = [.. method.GetParameters()
            .SelectMany(parameter => parameter.GetCustomAttributes<TriggerBindingAttribute>().Select(attribute => (parameter, attribute)))];
        if (found.Count != 1)
        {
            throw new StartupException(
                $"Function '{function}' ({MethodDefinition.FullName(method)}) has {found.Count} triggers; exactly one parameter must be marked with one.");
        }

        if (!HostsName().IsMatch(found[0].Parameter.Name!))
        {
            throw new StartupException(
                $"Function '{function}': the host refuses the name of the trigger's parameter, '{found[0].Parameter.Name}'. Give it 1 to 128 letters (a to z) and digits, the first of them a letter.");
        }

        return (found[0].Parameter, Read(function, found[0].Attribute, settings));
    }

    private static Trigger Read(string function, TriggerBindingAttribute attribute, AppSettings settings) => attribute switch
    {
        RedisListTriggerAttribute list => new ListTrigger(
            list.Connection,
            Connection(function, list.Connection, settings),
            Key(function, list.Key, settings),
            Interval(function, list.PollingIntervalInMs),
            AboveZero(function, "maxBatchSize", list.MaxBatchSize),
            list.ListDirection),
        RedisStreamTriggerAttribute stream => new StreamTrigger(
            stream.Connection,
            Connection(function, stream.Connection, settings),
            Key(function, stream.Key, settings),
            Interval(function, stream.PollingIntervalInMs),
            AboveZero(function, "maxBatchSize", stream.MaxBatchSize)),
        TimerTriggerAttribute timer => Timer(function, timer, settings),
        _ => throw new StartupException(
            $"Function '{function}' uses {attribute.GetType().Name}, which the emulator does not know; it knows Redis lists, Redis streams and timers."),
    };

    private static TimerTrigger Timer(string function, TimerTriggerAttribute attribute, AppSettings settings)
    {
        var text = settings.Resolve(attribute.Schedule, function);
        try
        {
            return new TimerTrigger(text, Schedule.Parse(text), attribute.RunOnStartup, attribute.UseMonitor);
        }
        catch (FormatException wrong)
        {
            throw new StartupException($"Function '{function}': the schedule '{text}' cannot be used: {wrong.Message}");
        }
    }

    private static string Connection(string function, string name, AppSettings settings)
    {
        var value = settings.ConnectionString(NotEmpty(function, "connection", name), function);
        try
        {
            _ = RedisConnections.Parse(value, function);
            return value;
        }
        catch (ArgumentException wrong)
        {
            // The value is not repeated: it may hold a password.
            throw new StartupException($"Function '{function}': the setting '{name}' is not a Redis connection string: {wrong.Message}");
        }
    }

    private static string Key(string function, string key, AppSettings settings) =>
        settings.Resolve(NotEmpty(function, "key", key), function);

    private static TimeSpan Interval(string function, int milliseconds) =>
        TimeSpan.FromMilliseconds(AboveZero(function, "pollingIntervalInMs", milliseconds));

    private static int AboveZero(string function, string argument, int value) => value > 0
        ? value
        : throw new StartupException($"Function '{function}': {argument} must be above 0, and it is {value}.");

    private static string NotEmpty(string function, string argument, string? value) => string.IsNullOrWhiteSpace(value)
        ? throw new StartupException($"Function '{function}': {argument} must not be empty.")
        : value;

    // Utility.ValidateBinding in Azure/azure-functions-host.
    [GeneratedRegex("^[a-zA-Z][a-zA-Z0-9]{0,127}$")]
    private static partial Regex HostsName();
}
