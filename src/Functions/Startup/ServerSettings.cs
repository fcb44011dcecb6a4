using Npgsql;
using StackExchange.Redis;

namespace FunctionJobs.Functions;

/// <summary>What is wrong with the settings that name the servers, and what to write. No part of a value is shown: it may hold a password.</summary>
internal static class ServerSettings
{
    private const string WriteRedis =
        "Write host:port, then options separated by commas, e.g. Redis=localhost:6379 or Redis=cache.example.com:6380,ssl=true,password=…";

    private const string WritePostgres = "Write e.g. Postgres=Host=localhost;Port=5432;Database=app;Username=app;Password=…";

    public static string? RedisProblem(string? redis)
    {
        if (string.IsNullOrWhiteSpace(redis))
        {
            return $"Redis is not set. {WriteRedis}";
        }
        // A password may hold the same.
        if (redis.Split('=')[0].Contains("://", StringComparison.Ordinal))
        {
            return $"Redis is a URL, which StackExchange.Redis does not read. {WriteRedis}";
        }

        return RedisEndPoints(redis) switch
        {
            null => $"Redis is not a connection string of StackExchange.Redis.{WrongPart(redis, ',', part => RedisEndPoints(part) is not null)} {WriteRedis}",
            0 => $"Redis names no server. {WriteRedis}",
            _ => null,
        };
    }

    /// <summary>How many servers it names; null when it cannot be read.</summary>
    public static int? RedisEndPoints(string redis)
    {
        try
        {
            return ConfigurationOptions.Parse(redis).EndPoints.Count;
        }
        catch (Exception e) when (e is ArgumentException or FormatException)
        {
            return null;
        }
    }

    public static string? PostgresProblem(string? postgres)
    {
        if (string.IsNullOrWhiteSpace(postgres))
        {
            return $"Postgres is not set. {WritePostgres}";
        }

        if (postgres.Contains("://", StringComparison.Ordinal) && !postgres.Contains('='))
        {
            return $"Postgres is a URL, which Npgsql does not read. {WritePostgres}";
        }

        return PostgresHost(postgres) switch
        {
            null => $"Postgres is not a connection string of Npgsql.{WrongPart(postgres, ';', part => PostgresHost(part) is not null)} {WritePostgres}",
            "" => $"Postgres names no host. {WritePostgres}",
            _ => null,
        };
    }

    public static string? WaitForProblem(TimeSpan waitFor) => waitFor < TimeSpan.Zero || waitFor > TimeSpan.FromMinutes(10)
        ? $"Schema__WaitFor is {waitFor}, and must be 00:00:00 to 00:10:00. Write e.g. Schema__WaitFor=00:00:30"
        : null;

    /// <summary>The host that it names, empty without one; null when it cannot be read.</summary>
    private static string? PostgresHost(string postgres)
    {
        try
        {
            return new NpgsqlConnectionStringBuilder(postgres).Host?.Trim() ?? "";
        }
        catch (Exception e) when (e is ArgumentException or FormatException or InvalidCastException or OverflowException)
        {
            return null;
        }
    }

    private static string WrongPart(string text, char separator, Func<string, bool> isRead)
    {
        var parts = text.Split(separator);
        var wrong = Array.FindIndex(parts, part => !isRead(part)) + 1;
        return wrong == 0 ? "" : $" Part {wrong} of {parts.Length}, divided at each '{separator}', is no option of it, or has a value that it does not read.";
    }
}
