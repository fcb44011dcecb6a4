using System.Collections.Concurrent;
using FunctionJobs.LocalServices;
using Npgsql;

namespace FunctionJobs.Tests;

/// <summary>
/// One private Redis and one private PostgreSQL for all tests of this process, each started when it is first asked for; or
/// the user's own, where the variables <c>Redis</c> and <c>Postgres</c> name them. Private ones stop with the process,
/// however that ends, and leave nothing behind.
/// </summary>
public static class Servers
{
    private static readonly Lazy<string> LazyRedis = new(() => Start(redis: true).RedisConnectionString);
    private static readonly Lazy<string> LazyPostgres = new(() => Start(redis: false).PostgresConnectionString);
    private static readonly ConcurrentBag<LocalServers> Started = [];

    /// <summary>The Redis for all tests, for StackExchange.Redis. The first call starts it and blocks meanwhile.</summary>
    /// <exception cref="LocalServerException">redis-server is not installed; the message says how to get it.</exception>
    public static string Redis => LazyRedis.Value;

    /// <summary>The PostgreSQL for all tests, for Npgsql. Prefer <see cref="CreateDatabaseAsync"/>. The first call starts it.</summary>
    /// <exception cref="LocalServerException">PostgreSQL is not installed; the message says how to get it.</exception>
    public static string Postgres => LazyPostgres.Value;

    /// <summary>Creates an empty database of a test's own.</summary>
    /// <returns>Its connection string.</returns>
    public static async Task<string> CreateDatabaseAsync(CancellationToken cancellationToken = default)
    {
        var name = Unique.Name("test");
        var connectionString = await PostgresDatabase.CreateAsync(Postgres, name, cancellationToken);
        if (Started.All(servers => servers.Postgres is null))
        {
            DropAtEnd(name);
        }

        return connectionString;
    }

    // Off the test's thread, so that waiting for it cannot wait for itself.
    private static LocalServers Start(bool redis) => Task.Run(async () =>
    {
        var servers = await LocalServers.StartAsync(new LocalServersOptions { Redis = redis, Postgres = !redis, Durable = false });
        // Kept: were it collected as garbage, the pipes would close that keep its servers running.
        Started.Add(servers);
        return servers;
    }).GetAwaiter().GetResult();

    /// <summary>The user's own server outlives us: what we made there must go.</summary>
    private static void DropAtEnd(string database) => AppDomain.CurrentDomain.ProcessExit += (_, _) =>
    {
        try
        {
            Task.Run(() => PostgresDatabase.DropAsync(Postgres, database)).GetAwaiter().GetResult();
        }
        catch (NpgsqlException)
        {
            // The server may be gone before us.
        }
    };
}
