using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace FunctionJobs;

/// <summary>Says what is wrong with a connection string before it is used, and shows nothing of it: it may hold a password.</summary>
internal sealed class ConnectionStringCheck : IValidateOptions<JobEnqueuerOptions>
{
    private const string Write = "Write host:port, then options separated by commas, e.g. cache.example.com:6380,ssl=true,password=….";

    public ValidateOptionsResult Validate(string? name, JobEnqueuerOptions options) =>
        options.ConnectionString is { Length: > 0 } given && Problem(given) is { } problem
            ? ValidateOptionsResult.Fail(problem)
            : ValidateOptionsResult.Success;

    public static string? Problem(string connectionString)
    {
        // A password may hold the same.
        if (connectionString.Split('=')[0].Contains("://", StringComparison.Ordinal))
        {
            return $"The connection string is a URL, which StackExchange.Redis does not read. {Write}";
        }

        if (Parse(connectionString) is { } parsed)
        {
            return parsed.EndPoints.Count == 0 ? $"The connection string names no server. {Write}" : null;
        }

        var parts = connectionString.Split(',');
        var wrong = Array.FindIndex(parts, part => Parse(part) is null) + 1;
        return wrong == 0
            ? $"The connection string is none of StackExchange.Redis. {Write}"
            : $"Part {wrong} of the {parts.Length} of the connection string, between its commas, is no option of StackExchange.Redis, or has a value that it does not read. {Write}";
    }

    private static ConfigurationOptions? Parse(string text)
    {
        try
        {
            return ConfigurationOptions.Parse(text);
        }
        catch (Exception e) when (e is ArgumentException or FormatException)
        {
            return null;
        }
    }
}
