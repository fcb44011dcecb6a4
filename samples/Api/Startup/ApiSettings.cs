using FunctionJobs.Functions;

namespace FunctionJobs.Samples.Api;

/// <summary>What the API needs to know. Read once, before anything is connected, so that all that is wrong is said at once.</summary>
/// <param name="Redis">The setting <c>Redis</c>, the one that the triggers read.</param>
/// <param name="Postgres">The setting <c>Postgres</c>.</param>
/// <param name="WaitForPostgres">The setting <c>Schema:WaitFor</c>: how long the start waits for PostgreSQL; 30 s by default.</param>
/// <param name="Images">The section <c>Images</c>, the same as the functions app's.</param>
/// <param name="Telemetry">Where traces, metrics and logs are sent.</param>
internal sealed record ApiSettings(string Redis, string Postgres, TimeSpan WaitForPostgres, ImageSettings Images, TelemetrySettings Telemetry)
{
    /// <exception cref="SettingsException">A setting is missing or wrong; the message says which and what to write.</exception>
    public static ApiSettings Read(IConfiguration configuration)
    {
        var images = ImageSettings.Read(configuration.GetSection("Images"));
        var telemetry = TelemetrySettings.Read(configuration);
        var waitFor = TimeSpan.FromSeconds(30);
        string?[] wrong =
        [
            ServerSettings.RedisProblem(configuration["Redis"]),
            ServerSettings.PostgresProblem(configuration["Postgres"]),
            configuration["Schema:WaitFor"] is { Length: > 0 } text && !TimeSpan.TryParse(text, null, out waitFor)
                ? "Schema__WaitFor is not a time. Write e.g. Schema__WaitFor=00:00:30"
                : ServerSettings.WaitForProblem(waitFor),
            images.Problem(),
            .. telemetry.Problems(),
        ];
        return wrong.All(problem => problem is null)
            ? new ApiSettings(configuration["Redis"]!, configuration["Postgres"]!, waitFor, images, telemetry)
            : throw new SettingsException(wrong.OfType<string>());
    }
}

/// <summary>The API cannot start. The message names every setting that is wrong, and what to write.</summary>
internal sealed class SettingsException(IEnumerable<string> wrong)
    : Exception(string.Join(Environment.NewLine + "  ", wrong.Prepend("The API cannot start. See docs/configuration.md.")));
