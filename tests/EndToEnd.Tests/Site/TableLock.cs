using Npgsql;

namespace FunctionJobs.Tests;

/// <summary>Holds a table, and with it every job that needs it, until it is disposed.</summary>
internal sealed class TableLock : IAsyncDisposable
{
    private const string Waiting = "from pg_locks where not granted and relation = @table::regclass";

    private readonly NpgsqlConnection connection;
    private readonly string table;

    private TableLock(NpgsqlConnection connection, string table)
    {
        this.connection = connection;
        this.table = table;
    }

    /// <summary>Nothing gets past: neither reads nor writes.</summary>
    public static Task<TableLock> OfAllAsync(NpgsqlDataSource database, string table) => TakeAsync(database, table, "access exclusive");

    /// <summary>Reads get past, writes do not.</summary>
    public static Task<TableLock> OfWritesAsync(NpgsqlDataSource database, string table) => TakeAsync(database, table, "exclusive");

    /// <summary>Until so many statements wait for the table.</summary>
    public Task IsWaitedForAsync(int statements = 1) => Eventually.TrueAsync(
        async () => (long)(await ExecuteAsync($"select count(*) {Waiting}"))! >= statements, $"{statements} statements wait for {table}");

    /// <summary>Ends the statements that wait: PostgreSQL would otherwise run those of a killed process, which it has not missed yet.</summary>
    public Task EndWaitingAsync() => ExecuteAsync($"select count(pg_terminate_backend(pid)) {Waiting}");

    public async ValueTask DisposeAsync() => await connection.DisposeAsync();

    private static async Task<TableLock> TakeAsync(NpgsqlDataSource database, string table, string mode)
    {
        var connection = await database.OpenConnectionAsync();
        await using var command = new NpgsqlCommand($"begin; lock table {table} in {mode} mode", connection);
        await command.ExecuteNonQueryAsync();
        return new TableLock(connection, table);
    }

    private async Task<object?> ExecuteAsync(string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        command.Parameters.AddWithValue("table", table);
        return await command.ExecuteScalarAsync();
    }
}
