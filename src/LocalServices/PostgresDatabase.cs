using Npgsql;

namespace FunctionJobs.LocalServices;

/// <summary>Creates and drops databases on any PostgreSQL that the user may do that on.</summary>
public static class PostgresDatabase
{
    /// <summary>Creates a database, unless it is there.</summary>
    /// <param name="connectionString">Any database of the server.</param>
    /// <param name="name">The new database's name.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The new database's connection string.</returns>
    public static async Task<string> CreateAsync(string connectionString, string name, CancellationToken cancellationToken = default)
    {
        try
        {
            await ExecuteAsync(connectionString, $"CREATE DATABASE {Quote(name)}", cancellationToken);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.DuplicateDatabase)
        {
            // It is there.
        }

        return new NpgsqlConnectionStringBuilder(connectionString) { Database = name }.ConnectionString;
    }

    /// <summary>Drops a database, if it is there, whoever is connected to it.</summary>
    public static Task DropAsync(string connectionString, string name, CancellationToken cancellationToken = default) =>
        ExecuteAsync(connectionString, $"DROP DATABASE IF EXISTS {Quote(name)} WITH (FORCE)", cancellationToken);

    private static async Task ExecuteAsync(string connectionString, string sql, CancellationToken cancellationToken)
    {
        // Not pooled: a kept connection would be one too many for a small server, and broken after a restart.
        var unpooled = new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString;
        await using var source = NpgsqlDataSource.Create(unpooled);
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static string Quote(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
