using Npgsql;

namespace FunctionJobs.LocalServices;

/// <summary>
/// A private PostgreSQL on 127.0.0.1 that stops with this process: UTF8, a password of its own, no unix socket. When we are
/// root it runs as another user.
/// </summary>
public sealed class LocalPostgres : IAsyncDisposable
{
    private const string DefaultDatabase = "functionjobs";

    private readonly LocalPostgresOptions options;
    private readonly ServerFolder folder;
    private readonly PostgresCluster cluster;
    private GuardedProcess? process;

    private LocalPostgres(LocalPostgresOptions options, ServerFolder folder, PostgresCluster cluster)
    {
        this.options = options;
        this.folder = folder;
        this.cluster = cluster;
    }

    /// <summary>The port on 127.0.0.1.</summary>
    public int Port { get; private set; }

    /// <summary>For Npgsql: the database <c>functionjobs</c>.</summary>
    public string ConnectionString => ConnectionStringOf(DefaultDatabase);

    /// <summary>The folder with the log, <c>postgresql.log</c>, and normally the data.</summary>
    public string Folder => folder.Path;

    /// <summary>The data; elsewhere than in <see cref="Folder"/> where the server's user could not reach them there.</summary>
    public string DataFolder => cluster.DataFolder;

    /// <summary>The server's process id; null while it is stopped or has been killed.</summary>
    public int? ProcessId => process is { Exited.IsCompleted: false } running ? running.Id : null;

    /// <summary>Starts a server, with a new cluster where there is none yet, and waits until it answers.</summary>
    /// <exception cref="LocalServerException">PostgreSQL is not installed, or did not start.</exception>
    public static async Task<LocalPostgres> StartAsync(LocalPostgresOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new LocalPostgresOptions();
        var user = ServiceUser.ForPostgres();
        var folder = await ServerFolder.OpenAsync(options.Folder, user, cancellationToken);
        LocalPostgres? postgres = null;
        try
        {
            var cluster = await PostgresCluster.OpenAsync(folder, Binaries.OfThisMachine(), user, cancellationToken);
            postgres = new LocalPostgres(options, folder, cluster);
            postgres.process = await FreePort.TryAsync(options.Port, postgres.StartProcessAsync, cancellationToken);
            await postgres.CreateDatabaseAsync(DefaultDatabase, cancellationToken);
            return postgres;
        }
        catch
        {
            if (postgres is not null)
            {
                await postgres.DisposeAsync();
            }
            else
            {
                await folder.DisposeAsync();
            }

            throw;
        }
    }

    /// <summary>Creates a database, unless it is there.</summary>
    /// <returns>Its connection string.</returns>
    public async Task<string> CreateDatabaseAsync(string name, CancellationToken cancellationToken = default)
    {
        await PostgresDatabase.CreateAsync(ConnectionStringOf("postgres"), name, cancellationToken);
        return ConnectionStringOf(name);
    }

    /// <summary>SIGKILL: the server is gone at once.</summary>
    public void Kill() => process?.Send(Signal.Kill);

    /// <summary>Stops the server in order; clients are disconnected, the data stay.</summary>
    public async Task StopAsync()
    {
        if (process is not null)
        {
            await process.DisposeAsync();
        }

        process = null;
    }

    /// <summary>Starts the server again on the same port and data; one that still runs is stopped first.</summary>
    public async Task RestartAsync(CancellationToken cancellationToken = default)
    {
        await StopAsync();
        process = await StartProcessAsync(Port, cancellationToken);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await folder.DisposeAsync();
    }

    private string ConnectionStringOf(string database) => new NpgsqlConnectionStringBuilder
    {
        Host = "127.0.0.1",
        Port = Port,
        Username = PostgresCluster.Superuser,
        Password = cluster.Password,
        Database = database,
    }.ConnectionString;

    private async Task<GuardedProcess> StartProcessAsync(int port, CancellationToken cancellationToken)
    {
        Port = port;
        var server = cluster.Describe(folder, port, options.Durable);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await ServerProcess.StartAsync(server, cancellationToken);
            }
            catch (LocalServerException e) when (attempt < 50 && cluster.CanFollowKilledServer(e.Message))
            {
                await Task.Delay(TimeSpan.FromMilliseconds(200), cancellationToken);
            }
        }
    }
}
