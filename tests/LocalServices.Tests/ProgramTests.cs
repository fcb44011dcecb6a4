using FunctionJobs.LocalServices;

namespace FunctionJobs.Tests;

/// <summary>The console program, as a process of its own.</summary>
public sealed class ProgramTests
{
    private static readonly string Assembly = typeof(LocalServers).Assembly.Location;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Signal.Terminate)]
    [InlineData(Signal.Interrupt)]
    [InlineData(Signal.Kill)]
    public async Task Both_servers_stop_with_the_program(Signal signal)
    {
        using var folder = new TemporaryFolder();
        await using var program = await StartAsync(folder);
        var (redis, postgres) = await ServersOfAsync(folder, program);

        program.Send(signal);

        await program.WaitForExitAsync();
        await Eventually.TrueAsync(() => !Runs(redis), "Redis has stopped");
        await Eventually.TrueAsync(() => !Runs(postgres), "PostgreSQL has stopped");
    }

    [Fact]
    public async Task Both_servers_stop_with_a_named_owner_that_is_killed()
    {
        using var folder = new TemporaryFolder();
        await using var owner = await ChildProcess.StartAsync(new ChildProcessOptions { Program = "sleep", Arguments = ["infinity"] }, Cancellation);
        await using var program = await StartAsync(folder, "--owner", $"{owner.Id}");
        var (redis, postgres) = await ServersOfAsync(folder, program);

        owner.Send(Signal.Kill);

        Assert.Equal(0, await program.WaitForExitAsync());
        Assert.False(Runs(redis));
        Assert.False(Runs(postgres));
    }

    [Fact]
    public async Task A_paused_Redis_stops_too_when_the_program_is_killed()
    {
        using var folder = new TemporaryFolder();
        await using var program = await StartAsync(folder);
        var (redis, postgres) = await ServersOfAsync(folder, program);
        Signals.Send(redis, Signal.Pause);

        program.Send(Signal.Kill);

        await Eventually.TrueAsync(() => !Runs(redis) && !Runs(postgres), "both servers have stopped");
    }

    [Fact]
    public async Task After_a_kill_the_next_run_starts_at_once_on_the_same_data()
    {
        using var folder = new TemporaryFolder();
        await using (var first = await StartAsync(folder))
        {
            await ServersOfAsync(folder, first);
            first.Send(Signal.Kill);
            await first.WaitForExitAsync();
        }

        await using var second = await StartAsync(folder);
        await second.WaitForLineAsync("^Postgres=Host=127");
        second.Send(Signal.Terminate);

        Assert.Equal(0, await second.WaitForExitAsync());
    }

    [Fact]
    public async Task Servers_that_the_user_has_named_are_used_and_none_is_started()
    {
        using var folder = new TemporaryFolder();
        var environment = new Dictionary<string, string?> { ["Redis"] = "redis.example:6379", ["Postgres"] = "Host=postgres.example" };
        await using var program = await ChildProcess.StartDotnetAsync(Assembly, ["--folder", folder.Path], environment, Cancellation);

        await program.WaitForLineAsync("^Redis=redis.example:6379$");
        await program.WaitForLineAsync("^Postgres=Host=postgres.example$");

        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public async Task Without_redis_server_it_says_how_to_get_it_and_fails()
    {
        using var bin = new TemporaryFolder();
        // env(1) sets them for the program only: what starts it needs a PATH of its own.
        string[] command = [$"PATH={bin.Path}", "Redis=", "Postgres=Host=postgres.example", DotnetHost(), Assembly, "--folder", bin.Path];
        await using var program = await ChildProcess.StartAsync(
            new ChildProcessOptions { Program = "env", Arguments = command }, Cancellation);

        Assert.Equal(1, await program.WaitForExitAsync());
        Assert.Contains("redis-server was not found. Install it with: sudo apt-get install redis-server", program.Lines);
    }

    [Fact]
    public async Task A_folder_that_cannot_be_one_is_named_and_it_fails()
    {
        await using var program = await ChildProcess.StartDotnetAsync(
            Assembly, ["--folder", "/dev/null/x"], new Dictionary<string, string?> { ["Redis"] = null, ["Postgres"] = null }, Cancellation);

        Assert.Equal(1, await program.WaitForExitAsync());
        Assert.StartsWith("The folder /dev/null/x/", Assert.Single(program.Lines), StringComparison.Ordinal);
    }

    private static string DotnetHost() => (Environment.GetEnvironmentVariable("PATH") ?? string.Empty)
        .Split(':').Select(folder => Path.Combine(folder, "dotnet")).First(File.Exists);

    private static Task<ChildProcess> StartAsync(TemporaryFolder folder, params string[] arguments) => ChildProcess.StartDotnetAsync(
        Assembly,
        ["--folder", folder.Path, .. arguments],
        new Dictionary<string, string?> { ["Redis"] = null, ["Postgres"] = null },
        Cancellation);

    /// <summary>The process ids of the two servers, once both are ready.</summary>
    private static async Task<(int Redis, int Postgres)> ServersOfAsync(TemporaryFolder folder, ChildProcess program)
    {
        var port = (await program.WaitForLineAsync(@"^Redis=127\.0\.0\.1:(\d+)$")).Groups[1].Value;
        await program.WaitForLineAsync("^Postgres=Host=127");
        return (Find($"redis-server 127.0.0.1:{port}"), Find(Path.Combine(folder.Path, "postgres", "cluster", "data")));
    }

    private static int Find(string commandLine) => Directory.GetDirectories("/proc")
        .Select(folder => int.TryParse(Path.GetFileName(folder), out var id) ? id : 0)
        .First(id => id > 0 && Matches(id, commandLine));

    private static bool Matches(int id, string commandLine)
    {
        try
        {
            // The guards have the server's command line among their own arguments.
            var text = File.ReadAllText($"/proc/{id}/cmdline").Replace('\0', ' ');
            return !text.StartsWith("bash", StringComparison.Ordinal) && text.Contains(commandLine, StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static bool Runs(int id) => Directory.Exists($"/proc/{id}");
}
