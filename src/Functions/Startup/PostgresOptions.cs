using Microsoft.Extensions.Options;

namespace FunctionJobs.Functions;

/// <summary>The setting <c>Postgres</c>, and the section <c>Schema</c>.</summary>
internal sealed class PostgresOptions
{
    /// <summary>As Npgsql reads it, e.g. <c>Host=localhost;Database=app;Username=app;Password=…</c>.</summary>
    public string? ConnectionString { get; set; }

    /// <summary>How long the start waits for PostgreSQL, and for another instance that is migrating, 0 to 10 min; 30 s by default.</summary>
    public TimeSpan WaitFor { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Two to five connections, unless the setting says otherwise: of a key that is given twice the last one counts.</summary>
    public string Pooled() =>
        "Minimum Pool Size=2;Maximum Pool Size=5;Timeout=5;Command Timeout=15;Keepalive=30;Application Name=functionjobs;" + ConnectionString;
}

internal sealed class PostgresOptionsCheck : IValidateOptions<PostgresOptions>
{
    public ValidateOptionsResult Validate(string? name, PostgresOptions options)
    {
        string?[] wrong = [ServerSettings.PostgresProblem(options.ConnectionString), ServerSettings.WaitForProblem(options.WaitFor)];
        return wrong.OfType<string>().ToList() is { Count: > 0 } problems ? ValidateOptionsResult.Fail(problems) : ValidateOptionsResult.Success;
    }
}
