using Microsoft.Extensions.Options;
using Npgsql;

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
    private const string Write = "Write e.g. Postgres=Host=localhost;Port=5432;Database=app;Username=app;Password=…";

    public ValidateOptionsResult Validate(string? name, PostgresOptions options)
    {
        var wrong = new List<string>();
        if (string.IsNullOrWhiteSpace(options.ConnectionString))
            wrong.Add($"Postgres is not set. {Write}");
        else if (options.ConnectionString.Contains("://", StringComparison.Ordinal) && !options.ConnectionString.Contains('='))
            wrong.Add($"Postgres is a URL, which Npgsql does not read. {Write}");
        else if (!Reads(options.Pooled()))
            wrong.Add($"Postgres is not a connection string of Npgsql with a host. {Write}");
        if (options.WaitFor < TimeSpan.Zero || options.WaitFor > TimeSpan.FromMinutes(10))
            wrong.Add($"Schema__WaitFor is {options.WaitFor}, and must be 00:00:00 to 00:10:00. Write e.g. Schema__WaitFor=00:00:30");
        return wrong.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(wrong);
    }

    private static bool Reads(string connectionString)
    {
        try
        {
            return !string.IsNullOrWhiteSpace(new NpgsqlConnectionStringBuilder(connectionString).Host);
        }
        catch (Exception e) when (e is ArgumentException or FormatException or InvalidCastException or OverflowException)
        {
            return false;
        }
    }
}
