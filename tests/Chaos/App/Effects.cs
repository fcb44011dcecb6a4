using Npgsql;

namespace FunctionJobs.Chaos;

/// <summary>
/// The side effect of every job, in PostgreSQL. The table <c>effects</c> is the idempotent path. The table <c>ledger</c>, written
/// in the same statement, has nothing that keeps a second row out: it shows whether the path holds.
/// </summary>
internal sealed class Effects(NpgsqlDataSource postgres)
{
    public const string Schema =
        """
        CREATE TABLE effects (job int PRIMARY KEY, attempt int NOT NULL, worker text NOT NULL);
        CREATE TABLE ledger (job int NOT NULL, attempt int NOT NULL, worker text NOT NULL);
        """;

    private const string Insert =
        """
        WITH first AS (
            INSERT INTO effects (job, attempt, worker) VALUES ($1, $2, $3)
            ON CONFLICT DO NOTHING
            RETURNING job, attempt, worker)
        INSERT INTO ledger (job, attempt, worker) SELECT job, attempt, worker FROM first
        """;

    /// <returns>False when the row was there: an earlier attempt had applied the effect.</returns>
    public async Task<bool> ApplyAsync(int job, int attempt, CancellationToken cancellationToken)
    {
        await using var command = postgres.CreateCommand(Insert);
        command.Parameters.Add(new() { Value = job });
        command.Parameters.Add(new() { Value = attempt });
        command.Parameters.Add(new() { Value = $"{Environment.ProcessId}" });
        return await command.ExecuteNonQueryAsync(cancellationToken) == 1;
    }
}
