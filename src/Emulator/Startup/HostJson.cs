using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace FunctionJobs.Emulator.Startup;

/// <summary>What the emulator uses of <c>host.json</c>. As under the real host, <c>AzureFunctionsJobHost__…</c> variables override it.</summary>
/// <param name="FunctionTimeout">How long an invocation may take, 30 minutes unless the file says; <see langword="null"/> for as long as it likes.</param>
/// <param name="Functions">Names of the functions that the host runs; none for all.</param>
/// <param name="LogLevels">Log level by category.</param>
internal sealed record HostJson(TimeSpan? FunctionTimeout, IReadOnlyList<string?> Functions, IReadOnlyDictionary<string, string?> LogLevels)
{
    private const string FileName = "host.json";

    // ScriptJobHostOptionsSetup in Azure/azure-functions-host. On a Consumption plan, which has no Redis triggers, the first is shorter.
    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan ShortestTimeout = TimeSpan.FromSeconds(1);

    // What a timer can wait for.
    private static readonly TimeSpan LongestTimeout = TimeSpan.FromDays(24);

    /// <summary>Reads the file from <paramref name="directory"/>.</summary>
    /// <exception cref="StartupException">It is missing, is not JSON, or holds a value that the host would refuse.</exception>
    public static HostJson Read(string directory)
    {
        var path = Path.Combine(directory, FileName);
        if (!File.Exists(path))
        {
            throw new StartupException(
                $"{FileName} was not found in {directory}. The project must copy it to its output folder; its least content is {{ \"version\": \"2.0\" }}.");
        }

        var file = SettingsFile.Read(path, overridePrefix: "AzureFunctionsJobHost__");
        if (file["version"] != "2.0")
        {
            throw new StartupException($"{path}: \"version\" must be \"2.0\", and it is {Quote(file["version"])}.");
        }

        var levels = file.GetSection("logging:logLevel").AsEnumerable(makePathsRelative: true)
            .ToDictionary(level => level.Key, level => level.Value);
        foreach (var (category, level) in levels)
        {
            if (level is not null && !Enum.TryParse<LogLevel>(level, ignoreCase: true, out _))
            {
                throw new StartupException(
                    $"{path}: the log level of \"{category}\" must be one of {string.Join(", ", Enum.GetNames<LogLevel>())}, and it is {Quote(level)}.");
            }
        }

        return new HostJson(
            ReadTimeout(path, file["functionTimeout"]), [.. file.GetSection("functions").GetChildren().Select(function => function.Value)], levels);
    }

    /// <summary>Whether the host runs <paramref name="function"/>.</summary>
    public bool Lists(string function) => Functions.Count == 0 || Functions.Contains(function, StringComparer.OrdinalIgnoreCase);

    private static TimeSpan? ReadTimeout(string path, string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return DefaultTimeout;
        }

        if (text == "-1")
        {
            return null;
        }

        // Without a colon it would be a number of days.
        if (text.Contains(':') && TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var timeout) && timeout >= ShortestTimeout && timeout <= LongestTimeout)
        {
            return timeout;
        }

        throw new StartupException(
            $"{path}: \"functionTimeout\" must be a time of at least 1 second such as \"00:10:00\" (hours, minutes, seconds), at most {LongestTimeout.Days} days, or \"-1\" for none, and it is {Quote(text)}.");
    }

    private static string Quote(string? text) => text is null ? "missing" : $"\"{text}\"";
}
