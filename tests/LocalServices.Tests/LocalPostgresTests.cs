using FunctionJobs.LocalServices;
using Npgsql;

namespace FunctionJobs.Tests;

public sealed class LocalPostgresTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_runs_as_another_user_when_we_are_root()
    {
        await using var postgres = await LocalPostgres.StartAsync(new LocalPostgresOptions { Durable = false }, Cancellation);

        var status = await File.ReadAllLinesAsync($"/proc/{postgres.ProcessId}/status", Cancellation);
        var user = status.Single(line => line.StartsWith("Uid:", StringComparison.Ordinal));

        Assert.DoesNotContain("\t0", user, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_stores_UTF8_and_lets_nobody_in_without_the_password()
    {
        await using var postgres = await LocalPostgres.StartAsync(new LocalPostgresOptions { Durable = false }, Cancellation);

        Assert.Equal("UTF8", await ScalarAsync(postgres.ConnectionString, "SHOW server_encoding"));
        var stranger = new NpgsqlConnectionStringBuilder(postgres.ConnectionString) { Password = "guess", Pooling = false }.ConnectionString;
        var error = await Assert.ThrowsAsync<PostgresException>(() => ScalarAsync(stranger, "SELECT 1"));
        Assert.Equal(PostgresErrorCodes.InvalidPassword, error.SqlState);
    }

    [Fact]
    public async Task A_second_start_finds_the_data_of_the_first()
    {
        using var folder = new TemporaryFolder();
        var options = new LocalPostgresOptions { Folder = folder.Path, Durable = false };
        await using (var first = await LocalPostgres.StartAsync(options, Cancellation))
        {
            await ScalarAsync(first.ConnectionString, "CREATE TABLE users AS SELECT 'kept'::text AS name");
        }

        await using var second = await LocalPostgres.StartAsync(options, Cancellation);

        Assert.Equal("kept", await ScalarAsync(second.ConnectionString, "SELECT name FROM users"));
    }

    [Fact]
    public async Task Killed_and_restarted_it_has_what_was_committed()
    {
        await using var postgres = await LocalPostgres.StartAsync(cancellationToken: Cancellation);
        var database = await postgres.CreateDatabaseAsync("chaos", Cancellation);
        await ScalarAsync(database, "CREATE TABLE users AS SELECT 'kept'::text AS name");

        postgres.Kill();
        await postgres.RestartAsync(Cancellation);

        Assert.Equal("kept", await ScalarAsync(database, "SELECT name FROM users"));
    }

    [Fact]
    public async Task A_pid_file_left_behind_with_the_number_of_another_process_does_not_prevent_a_start()
    {
        using var folder = new TemporaryFolder();
        var options = new LocalPostgresOptions { Folder = folder.Path, Durable = false };
        string pidFile;
        await using (var first = await LocalPostgres.StartAsync(options, Cancellation))
        {
            pidFile = Path.Combine(first.DataFolder, "postmaster.pid");
        }

        // This process lives, as one does that got the number after a reboot.
        await File.WriteAllTextAsync(pidFile, $"{Environment.ProcessId}\n", Cancellation);
        if (ServiceUser.ForPostgres() is { } user)
        {
            await user.OwnAsync(pidFile, Cancellation);
        }

        await using var second = await LocalPostgres.StartAsync(options, Cancellation);

        Assert.Equal(1, await ScalarAsync(second.ConnectionString, "SELECT 1"));
    }

    [Fact]
    public async Task Data_live_elsewhere_when_the_server_cannot_reach_our_folder()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess && !OperatingSystem.IsWindows(), "Only root's folders are closed to the server.");
        using var closed = new TemporaryFolder(openToOthers: false);
        var options = new LocalPostgresOptions { Folder = Path.Combine(closed.Path, "postgres"), Durable = false };

        string data;
        await using (var first = await LocalPostgres.StartAsync(options, Cancellation))
        {
            data = first.DataFolder;
        }

        await using var second = await LocalPostgres.StartAsync(options, Cancellation);

        Assert.StartsWith("/var/lib/functionjobs-", data, StringComparison.Ordinal);
        Assert.Equal(data, second.DataFolder);
        await second.StopAsync();
        Directory.Delete(Path.GetDirectoryName(data)!, recursive: true);
    }

    [Fact]
    public async Task A_first_start_that_was_cut_off_is_followed_by_one_that_works()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess && !OperatingSystem.IsWindows(), "Only root gives its folder to the server.");
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.File("cluster"));

        await using var server = await LocalPostgres.StartAsync(new LocalPostgresOptions { Folder = folder.Path, Durable = false }, Cancellation);

        Assert.Equal(1, await ScalarAsync(server.ConnectionString, "SELECT 1"));
    }

    private static async Task<object?> ScalarAsync(string connectionString, string sql)
    {
        await using var source = NpgsqlDataSource.Create(connectionString);
        await using var command = source.CreateCommand(sql);
        return await command.ExecuteScalarAsync(Cancellation);
    }
}
