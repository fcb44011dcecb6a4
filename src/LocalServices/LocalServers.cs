namespace FunctionJobs.LocalServices;

/// <summary>
/// A private Redis and a private PostgreSQL that stop with this process; or the user's own, where the variables
/// <c>Redis</c> and <c>Postgres</c> name them.
/// </summary>
public sealed class LocalServers : IAsyncDisposable
{
    private string? redisOfUser;
    private string? postgresOfUser;

    private LocalServers()
    {
    }

    /// <summary>The private Redis; null when the user's is used, or none was wanted.</summary>
    public LocalRedis? Redis { get; private set; }

    /// <summary>The private PostgreSQL; null when the user's is used, or none was wanted.</summary>
    public LocalPostgres? Postgres { get; private set; }

    /// <summary>For StackExchange.Redis.</summary>
    public string RedisConnectionString =>
        redisOfUser ?? Redis?.ConnectionString ?? throw new InvalidOperationException("Redis was not asked for.");

    /// <summary>For Npgsql.</summary>
    public string PostgresConnectionString =>
        postgresOfUser ?? Postgres?.ConnectionString ?? throw new InvalidOperationException("PostgreSQL was not asked for.");

    /// <summary>Starts what is wanted and not the user's own, both at the same time.</summary>
    /// <exception cref="LocalServerException">A server is not installed, or did not start.</exception>
    public static async Task<LocalServers> StartAsync(LocalServersOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new LocalServersOptions();
        var servers = new LocalServers
        {
            redisOfUser = NullIfEmpty(options.Variable("Redis")),
            postgresOfUser = NullIfEmpty(options.Variable("Postgres")),
        };
        try
        {
            await Task.WhenAll(servers.StartRedisAsync(options, cancellationToken), servers.StartPostgresAsync(options, cancellationToken));
            return servers;
        }
        catch
        {
            await servers.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (Redis is not null)
        {
            await Redis.DisposeAsync();
        }

        if (Postgres is not null)
        {
            await Postgres.DisposeAsync();
        }
    }

    private static string? NullIfEmpty(string? value) => string.IsNullOrWhiteSpace(value) ? null : value;

    private static string? Below(string? folder, string name) => folder is null ? null : Path.Combine(folder, name);

    private async Task StartRedisAsync(LocalServersOptions options, CancellationToken cancellationToken)
    {
        if (options.Redis && redisOfUser is null)
        {
            Redis = await LocalRedis.StartAsync(new LocalRedisOptions { Folder = Below(options.Folder, "redis") }, cancellationToken);
        }
    }

    private async Task StartPostgresAsync(LocalServersOptions options, CancellationToken cancellationToken)
    {
        if (options.Postgres && postgresOfUser is null)
        {
            Postgres = await LocalPostgres.StartAsync(
                new LocalPostgresOptions { Folder = Below(options.Folder, "postgres"), Durable = options.Durable }, cancellationToken);
        }
    }
}
