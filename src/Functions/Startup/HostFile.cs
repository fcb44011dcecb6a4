using System.Globalization;

namespace FunctionJobs.Functions;

/// <summary>What the Functions host reads of host.json, and of the variables that override it. It passes none of it on.</summary>
internal static class HostFile
{
    // Where host.json says nothing (ScriptJobHostOptionsSetup in Azure/azure-functions-host); Consumption plans, which have no Redis triggers, take less.
    private static readonly TimeSpan DefaultFunctionTimeout = TimeSpan.FromMinutes(30);

    public static IConfiguration Read() => new ConfigurationBuilder()
        .AddJsonFile(Path.Combine(AppContext.BaseDirectory, "host.json"), optional: true)
        .AddEnvironmentVariables("AzureFunctionsJobHost__")
        .Build();

    /// <summary>After which the host kills the process of an invocation; null for never. What the host refuses, such as less than a second, it refuses itself.</summary>
    public static TimeSpan? FunctionTimeout(IConfiguration hostFile) => hostFile["functionTimeout"] switch
    {
        null or "" => DefaultFunctionTimeout,
        "-1" => null,
        var text => TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var timeout) ? timeout : null,
    };
}
