using System.Globalization;

namespace FunctionJobs.Functions;

/// <summary>What the Functions host reads of host.json, and of the variables that override it. It passes none of it on.</summary>
internal static class HostFile
{
    public static IConfiguration Read() => new ConfigurationBuilder()
        .AddJsonFile(Path.Combine(AppContext.BaseDirectory, "host.json"), optional: true)
        .AddEnvironmentVariables("AzureFunctionsJobHost__")
        .Build();

    /// <summary>After which the host kills the process of an invocation; null where it does not say.</summary>
    public static TimeSpan? FunctionTimeout(IConfiguration hostFile) =>
        hostFile["functionTimeout"] is { } text && text.Contains(':') && TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var timeout) ? timeout : null;
}
