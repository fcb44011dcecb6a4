using System.Text.RegularExpressions;

namespace FunctionJobs.Tests;

/// <summary>What docs/configuration.md knows.</summary>
internal static partial class Settings
{
    /// <summary>Those of the Functions host, of Azure and of .NET; the docs of those explain them.</summary>
    private static readonly string[] Foreign =
        ["FUNCTIONS_", "AzureWebJobs", "AzureFunctionsJobHost__", "WEBSITE_", "WEBSITES_", "APPLICATIONINSIGHTS_", "AZURE_CLIENT_ID", "ASPNETCORE_", "Redis__credential"];

    public static string[] Documented { get; } =
        [.. Name().Matches(Repository.Read("docs/configuration.md")).Select(match => match.Groups[1].Value)];

    public static bool IsKnown(string name) => Documented.Contains(name) || Foreign.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal));

    [GeneratedRegex(@"`([A-Za-z_]+(?:__[A-Za-z_]+)*)`")]
    private static partial Regex Name();
}
