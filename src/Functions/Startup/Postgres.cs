using FunctionJobs.Schema;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace FunctionJobs.Functions;

/// <summary>One data source per process, and the schema that the jobs stand on.</summary>
internal static partial class Postgres
{
    public static void AddPostgres(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<PostgresOptions>()
            .BindConfiguration("Schema")
            .Configure(options => options.ConnectionString = builder.Configuration["Postgres"])
            .ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<PostgresOptions>, PostgresOptionsCheck>();
        builder.Services.AddNpgsqlDataSource(
            "",
            (services, source) => source.ConnectionStringBuilder.ConnectionString =
                services.GetRequiredService<IOptions<PostgresOptions>>().Value.Pooled());
    }

    /// <summary>Waits for PostgreSQL and brings it to the schema of this version, before any job can run.</summary>
    /// <exception cref="SchemaException">PostgreSQL cannot be reached or refuses; the message says what to do.</exception>
    public static async Task MigrateDatabaseAsync(this IHost app, CancellationToken cancellationToken = default)
    {
        var options = app.Services.GetRequiredService<IOptions<PostgresOptions>>().Value;
        var ran = await new SchemaMigrator(options.Pooled(), options.WaitFor, TimeProvider.System).MigrateAsync(cancellationToken);
        var logger = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("FunctionJobs.Schema");
        foreach (var file in ran)
        {
            LogMigrated(logger, file);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Database schema: ran {File}.")]
    private static partial void LogMigrated(ILogger logger, string file);
}
