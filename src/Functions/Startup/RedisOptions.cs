using Microsoft.Extensions.Options;

namespace FunctionJobs.Functions;

/// <summary>The setting <c>Redis</c>, which the triggers read too: a connection string, or a host and an identity.</summary>
internal sealed class RedisOptions
{
    /// <summary>As StackExchange.Redis reads it, e.g. <c>localhost:6379</c>.</summary>
    public string? ConnectionString { get; set; }

    /// <summary>Instead of a connection string: the cache's host name, with <c>:port</c> unless it is 6380. Always TLS.</summary>
    public string? RedisHostName { get; set; }

    /// <summary>The user name at the cache: the object id of the identity.</summary>
    public string? PrincipalId { get; set; }

    /// <summary>The client id of a user-assigned identity, or of an app registration; the system-assigned identity without it.</summary>
    public string? ClientId { get; set; }

    /// <summary>The tenant of an app registration.</summary>
    public string? TenantId { get; set; }

    /// <summary>The secret of an app registration.</summary>
    public string? ClientSecret { get; set; }
}

internal sealed class RedisOptionsCheck : IValidateOptions<RedisOptions>
{
    public ValidateOptionsResult Validate(string? name, RedisOptions options)
    {
        var wrong = string.IsNullOrWhiteSpace(options.RedisHostName)
            ? ServerSettings.RedisProblem(options.ConnectionString)
            : WithIdentity(options);
        return wrong is null ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(wrong);
    }

    private static string? WithIdentity(RedisOptions options)
    {
        if (!string.IsNullOrWhiteSpace(options.ConnectionString))
        {
            return "Redis and Redis__redisHostName are both set. Write the one, and remove the other";
        }

        if (string.IsNullOrWhiteSpace(options.PrincipalId))
        {
            return "Redis__redisHostName is set and Redis__principalId is not. Write the object id of the identity that the cache knows";
        }

        if (string.IsNullOrEmpty(options.ClientSecret) != string.IsNullOrEmpty(options.TenantId)
            || (!string.IsNullOrEmpty(options.ClientSecret) && string.IsNullOrEmpty(options.ClientId)))
        {
            return "An app registration needs Redis__clientId, Redis__tenantId and Redis__clientSecret. Write all three, or no secret for a managed identity";
        }

        return ServerSettings.RedisEndPoints(options.RedisHostName!) == 1
            ? null
            : "Redis__redisHostName is no host name. Write e.g. Redis__redisHostName=cache.region.redis.azure.net:10000";
    }
}
