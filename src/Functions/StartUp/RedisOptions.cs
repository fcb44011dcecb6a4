using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace FunctionJobs.Functions;

/// <summary>The setting <c>Redis</c>, which the triggers read too.</summary>
internal sealed class RedisOptions
{
    /// <summary>As StackExchange.Redis reads it, e.g. <c>localhost:6379</c>.</summary>
    public string? ConnectionString { get; set; }
}

internal sealed class RedisOptionsCheck : IValidateOptions<RedisOptions>
{
    private const string Write = "Write host:port, then options separated by commas, e.g. Redis=localhost:6379 or Redis=cache.example.com:6380,ssl=true,password=…";

    public ValidateOptionsResult Validate(string? name, RedisOptions options)
    {
        if (string.IsNullOrWhiteSpace(options.ConnectionString))
            return ValidateOptionsResult.Fail($"Redis is not set. {Write}");
        try
        {
            return ConfigurationOptions.Parse(options.ConnectionString).EndPoints.Count > 0
                ? ValidateOptionsResult.Success
                : ValidateOptionsResult.Fail($"Redis names no server. {Write}");
        }
        catch (Exception e) when (e is ArgumentException or FormatException)
        {
            // The parser's own message may quote a part of the password.
            return ValidateOptionsResult.Fail($"Redis is not a connection string of StackExchange.Redis. {Write}");
        }
    }
}
