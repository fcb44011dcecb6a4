using FunctionJobs.Functions;
using Npgsql;
using StackExchange.Redis;

namespace FunctionJobs.Samples.Api;

/// <summary>What the API needs to know. Read once, before anything is connected, so that all that is wrong is said at once.</summary>
/// <param name="Redis">The setting <c>Redis</c>, the one that the triggers read.</param>
/// <param name="Postgres">The setting <c>Postgres</c>.</param>
/// <param name="WaitForPostgres">The setting <c>Schema:WaitFor</c>: how long the start waits for PostgreSQL; 30 s by default.</param>
/// <param name="Images">The section <c>Images</c>, the same as the functions app's.</param>
/// <param name="Telemetry">Where traces, metrics and logs are sent.</param>
internal sealed record ApiSettings(string Redis, string Postgres, TimeSpan WaitForPostgres, ImageSettings Images, TelemetrySettings Telemetry)
{
    private const string WriteRedis = "Write host:port, then options separated by commas, e.g. Redis=localhost:6379";
    private const string WritePostgres = "Write e.g. Postgres=Host=localhost;Port=5432;Database=app;Username=app;Password=…";

    /// <exception cref="SettingsException">A setting is missing or wrong; the message says which and what to write.</exception>
    public static ApiSettings Read(IConfiguration configuration)
    {
        var images = ImageSettings.Read(configuration.GetSection("Images"));
        var telemetry = TelemetrySettings.Read(configuration);
        var waitFor = TimeSpan.FromSeconds(30);
        string?[] wrong =
        [
            RedisProblem(configuration["Redis"]),
            PostgresProblem(configuration["Postgres"]),
            configuration["Schema:WaitFor"] is { Length: > 0 } text && !TimeSpan.TryParse(text, null, out waitFor)
                ? "Schema__WaitFor is not a time. Write e.g. Schema__WaitFor=00:00:30"
                : null,
            images.Problem(),
            .. telemetry.Problems(),
        ];
        return wrong.All(problem => problem is null)
            ? new ApiSettings(configuration["Redis"]!, configuration["Postgres"]!, waitFor, images, telemetry)
            : throw new SettingsException(wrong.OfType<string>());
    }

    private static string? RedisProblem(string? redis)
    {
        if (string.IsNullOrWhiteSpace(redis))
            return $"Redis is not set. {WriteRedis}";
        // A password may hold the same.
        if (redis.Split('=')[0].Contains("://", StringComparison.Ordinal))
            return $"Redis is a URL, which StackExchange.Redis does not read. {WriteRedis}";
        try
        {
            return ConfigurationOptions.Parse(redis).EndPoints.Count > 0 ? null : $"Redis names no server. {WriteRedis}";
        }
        catch (Exception e) when (e is ArgumentException or FormatException)
        {
            // The parser's own message may quote a part of the password.
            return $"Redis is not a connection string of StackExchange.Redis. {WriteRedis}";
        }
    }

    private static string? PostgresProblem(string? postgres)
    {
        if (string.IsNullOrWhiteSpace(postgres))
            return $"Postgres is not set. {WritePostgres}";
        try
        {
            return string.IsNullOrWhiteSpace(new NpgsqlConnectionStringBuilder(postgres).Host)
                ? $"Postgres names no host. {WritePostgres}"
                : null;
        }
        catch (Exception e) when (e is ArgumentException or FormatException or InvalidCastException or OverflowException)
        {
            return $"Postgres is not a connection string of Npgsql. {WritePostgres}";
        }
    }
}

/// <summary>The API cannot start. The message names every setting that is wrong, and what to write.</summary>
internal sealed class SettingsException(IEnumerable<string> wrong)
    : Exception(string.Join(Environment.NewLine + "  ", wrong.Prepend("The API cannot start. See docs/configuration.md.")));
