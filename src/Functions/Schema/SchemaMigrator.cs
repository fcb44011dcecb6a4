using System.Net.Sockets;
using System.Reflection;
using DbUp;
using DbUp.Engine;
using Npgsql;

namespace FunctionJobs.Schema;

/// <summary>
/// Brings a database to the schema of the SQL files beside this class, which are embedded in the assembly. Any number of processes
/// may start at the same time: an advisory lock lets one migrate while the others wait.
/// </summary>
internal sealed class SchemaMigrator(string connectionString, TimeSpan waitFor, TimeProvider time)
{
    private const long LockKey = 0x46756E634A6F6273;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    /// <summary>Runs what has not run yet.</summary>
    /// <returns>The names of the files that ran now.</returns>
    /// <exception cref="SchemaException">PostgreSQL stayed away for too long, refuses us, or a file failed; the message says what to do.</exception>
    public async Task<IReadOnlyList<string>> MigrateAsync(CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        await using var connection = await ConnectAsync(started, cancellationToken);
        await LockAsync(connection, started, cancellationToken);

        // Closing the connection gives the lock back, also when this process is killed.
        return await Task.Run(Upgrade, cancellationToken);
    }

    private async Task<NpgsqlConnection> ConnectAsync(long started, CancellationToken cancellationToken)
    {
        while (true)
        {
            var connection = new NpgsqlConnection(Unpooled());
            try
            {
                await connection.OpenAsync(cancellationToken);
                return connection;
            }
            catch (Exception e) when (e is NpgsqlException or SocketException or TimeoutException)
            {
                await connection.DisposeAsync();
                if (!MayPass(e))
                {
                    throw new SchemaException($"PostgreSQL at {Place()} refuses the connection: {e.Message} {Advice(e)}", e);
                }

                if (time.GetElapsedTime(started) >= waitFor)
                {
                    throw new SchemaException(
                        $"PostgreSQL at {Place()} could not be reached within {waitFor.TotalSeconds:0} s: {e.Message} Is it started, and are host and port right?", e);
                }
            }
            catch
            {
                await connection.DisposeAsync();
                throw;
            }

            await Task.Delay(Pause, time, cancellationToken);
        }
    }

    private async Task LockAsync(NpgsqlConnection connection, long started, CancellationToken cancellationToken)
    {
        await using var tryLock = new NpgsqlCommand("select pg_try_advisory_lock(@key)", connection);
        tryLock.Parameters.AddWithValue("key", LockKey);
        while (!(bool)(await tryLock.ExecuteScalarAsync(cancellationToken))!)
        {
            if (time.GetElapsedTime(started) >= waitFor)
            {
                throw new SchemaException(
                    $"Another process has been migrating the database at {Place()} for {waitFor.TotalSeconds:0} s. If none is, end the session that holds the advisory lock {LockKey}.");
            }

            await Task.Delay(Pause, time, cancellationToken);
        }
    }

    private IReadOnlyList<string> Upgrade()
    {
        var result = DeployChanges.To.PostgresqlDatabase(Unpooled())
            .WithScripts(Scripts().ToArray())
            .WithVariablesDisabled()
            .WithTransactionPerScript()
            .JournalToPostgresqlTable("public", "schema_versions")
            .LogToNowhere()
            .Build()
            .PerformUpgrade();
        return result.Successful
            ? [.. result.Scripts.Select(script => script.Name)]
            : throw new SchemaException(
                $"The schema file {result.ErrorScript?.Name ?? "(none)"} failed at {Place()}: {result.Error.Message}", result.Error);
    }

    /// <summary>
    /// Named by their file alone, since the journal must know them again when another program embeds the same files.
    /// </summary>
    private static IEnumerable<SqlScript> Scripts()
    {
        var assembly = Assembly.GetExecutingAssembly();
        foreach (var resource in assembly.GetManifestResourceNames().Where(name => name.EndsWith(".sql", StringComparison.Ordinal)).Order())
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
            var file = resource[..^".sql".Length];
            yield return new SqlScript(file[(file.LastIndexOfAny(['.', '/', '\\']) + 1)..] + ".sql", reader.ReadToEnd());
        }
    }

    /// <summary>A session of its own: an advisory lock belongs to a session, and a pool would keep it.</summary>
    private string Unpooled() => new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString;

    private string Place()
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString);
        return $"{settings.Host}:{settings.Port}/{settings.Database ?? settings.Username}";
    }

    private static bool MayPass(Exception e) => e is not PostgresException refused || refused.IsTransient;

    private static string Advice(Exception e) => (e as PostgresException)?.SqlState switch
    {
        PostgresErrorCodes.InvalidCatalogName => "Create the database first.",
        PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification => "Are user name and password right?",
        _ => "",
    };
}
