using FunctionJobs.Schema;
using Npgsql;

namespace FunctionJobs.Tests.Schema;

public sealed class SchemaMigratorTests
{
    private static readonly string[] Files = ["0001_users_and_posts.sql", "0002_sent_emails.sql"];

    [Fact]
    public async Task A_second_migration_finds_nothing_to_do()
    {
        var database = await Servers.CreateDatabaseAsync(TestContext.Current.CancellationToken);

        Assert.Equal(Files, await MigrateAsync(database));
        Assert.Empty(await MigrateAsync(database));
    }

    [Fact]
    public async Task Of_many_that_start_at_the_same_time_one_migrates()
    {
        var database = await Servers.CreateDatabaseAsync(TestContext.Current.CancellationToken);

        var ran = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => MigrateAsync(database)));

        Assert.Equal(Files, ran.SelectMany(files => files).Order());
        Assert.Single(ran, files => files.Count > 0);
    }

    [Fact]
    public async Task One_account_per_address_however_it_is_capitalized()
    {
        var database = await Servers.CreateDatabaseAsync(TestContext.Current.CancellationToken);
        await MigrateAsync(database);
        await using var source = NpgsqlDataSource.Create(database);

        await source.CreateCommand("insert into users (email, name) values ('eve@example.com', 'Eve')").ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        var refused = await Assert.ThrowsAsync<PostgresException>(() =>
            source.CreateCommand("insert into users (email, name) values ('Eve@Example.com', 'Eve')").ExecuteNonQueryAsync(TestContext.Current.CancellationToken));

        Assert.Equal(PostgresErrorCodes.UniqueViolation, refused.SqlState);
    }

    [Fact]
    public async Task A_server_that_stays_away_is_named_without_the_password()
    {
        var failure = await Assert.ThrowsAsync<SchemaException>(() =>
            MigrateAsync("Host=127.0.0.1;Port=1;Database=app;Username=app;Password=secret-word", TimeSpan.FromSeconds(0.5)));

        Assert.Contains("127.0.0.1:1/app", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret-word", failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_that_is_not_there_is_said_at_once()
    {
        var missing = new NpgsqlConnectionStringBuilder(Servers.Postgres) { Database = Unique.Name("missing") };

        var failure = await Assert.ThrowsAsync<SchemaException>(() => MigrateAsync(missing.ConnectionString, TimeSpan.FromMinutes(5)));

        Assert.Contains("Create the database first", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_fails_is_named_and_leaves_nothing_behind()
    {
        var database = await Servers.CreateDatabaseAsync(TestContext.Current.CancellationToken);
        await using var source = NpgsqlDataSource.Create(database);
        await source.CreateCommand("create table posts (id int)").ExecuteNonQueryAsync(TestContext.Current.CancellationToken);

        var failure = await Assert.ThrowsAsync<SchemaException>(() => MigrateAsync(database));

        Assert.Contains(Files[0], failure.Message, StringComparison.Ordinal);
        Assert.Equal(
            false,
            await source.CreateCommand("select exists (select from pg_tables where tablename = 'users')").ExecuteScalarAsync(TestContext.Current.CancellationToken));
    }

    private static Task<IReadOnlyList<string>> MigrateAsync(string database, TimeSpan? waitFor = null) =>
        new SchemaMigrator(database, waitFor ?? TimeSpan.FromSeconds(60), TimeProvider.System).MigrateAsync(TestContext.Current.CancellationToken);
}
