using FunctionJobs.LocalServices;
using Npgsql;

namespace FunctionJobs.Tests;

public sealed class LocalServersTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_server_that_the_user_has_named_is_used_and_the_other_started()
    {
        var options = new LocalServersOptions { Durable = false, Variable = name => name == "Postgres" ? "Host=postgres.example" : null };
        await using var servers = await LocalServers.StartAsync(options, Cancellation);

        Assert.Equal("Host=postgres.example", servers.PostgresConnectionString);
        Assert.Null(servers.Postgres);
        Assert.Equal("PONG", await RedisClient.ExecuteAsync(servers.Redis!, "PING"));
    }

    [Fact]
    public async Task Every_test_gets_a_database_of_its_own_on_one_server()
    {
        var databases = await Task.WhenAll(Servers.CreateDatabaseAsync(Cancellation), Servers.CreateDatabaseAsync(Cancellation));

        Assert.Equal(2, databases.Select(one => new NpgsqlConnectionStringBuilder(one).Database).Distinct().Count());
        Assert.Single(databases.Select(one => new NpgsqlConnectionStringBuilder(one)).Select(one => (one.Host, one.Port)).Distinct());
    }
}
