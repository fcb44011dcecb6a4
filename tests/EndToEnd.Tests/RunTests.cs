using System.Net.Http.Json;
using System.Text.RegularExpressions;
using FunctionJobs.LocalServices;
using MimeKit;
using NetVips;

namespace FunctionJobs.Tests;

/// <summary>What a person sees first: <c>./run</c> and <c>./run demo</c>, with servers of their own.</summary>
public sealed class RunTests : IDisposable
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(90);

    /// <summary>Nothing that the user of this machine may have set.</summary>
    private static readonly Dictionary<string, string?> Own = new()
    {
        ["Redis"] = null,
        ["Postgres"] = null,
        ["ASPNETCORE_URLS"] = null,
        ["Redis__redisHostName"] = null,
        ["AzureWebJobsRedis"] = null,
        ["ConnectionStrings__Redis"] = null,
        ["Mail__Host"] = null,
        ["Mail__From"] = null,
        ["Mail__PickupFolder"] = null,
        ["Images__BlobConnection"] = null,
        ["Images__Folder"] = null,
        ["Images__PublicUrl"] = null,
    };

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task The_demo_shows_a_mail_and_an_upright_picture_as_often_as_it_is_run()
    {
        var first = await DemoAsync();
        var second = await DemoAsync();

        Assert.NotEqual(Fact(first, "mail"), Fact(second, "mail"));
    }

    [Fact]
    public async Task While_a_run_is_up_it_serves_and_a_demo_beside_it_says_so()
    {
        await using var run = await StartAsync();
        var address = (await run.WaitForLineAsync("^API +(http://.+)$", Long)).Groups[1].Value;
        await run.WaitForLineAsync("^functions \\| Worker process started");

        await using var demo = await StartAsync("demo");
        Assert.Equal(1, await demo.WaitForExitAsync());
        Assert.Contains(demo.Lines, line => line.Contains($"is up already (process {run.Id}, {address})", StringComparison.Ordinal));

        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri(address) };
        using var answer = await http.PostAsJsonAsync("/auth/register", new { name = "Ada", email = "ada@example.com" });
        answer.EnsureSuccessStatusCode();
        await run.WaitForLineAsync("^functions \\| .*Job welcome:1 sent its welcome mail");

        run.Send(Signal.Interrupt);
        Assert.Equal(0, await run.WaitForExitAsync());
        Assert.Equal("Stopped.", run.Lines[^1]);
    }

    [Fact]
    public async Task An_API_on_all_addresses_is_shown_and_reached_at_localhost()
    {
        using var port = HeldPort.From(6080);
        await using var run = await ChildProcess.StartDotnetAsync(
            Programs.Run, ["--folder", folder.Path], new Dictionary<string, string?>(Own) { ["ASPNETCORE_URLS"] = $"http://+:{port.Number}" });

        await run.WaitForLineAsync($"^API +http://localhost:{port.Number}$", Long);

        run.Send(Signal.Interrupt);
        Assert.Equal(0, await run.WaitForExitAsync());
    }

    [Fact]
    public async Task What_leads_to_servers_of_the_users_own_is_not_shown()
    {
        await using var run = await ChildProcess.StartDotnetAsync(
            Programs.Run,
            ["--folder", folder.Path],
            new Dictionary<string, string?>(Own) { ["Redis"] = $"{Servers.Redis},name=hush", ["Postgres"] = $"{await Servers.CreateDatabaseAsync()};Application Name=hush" });

        await run.WaitForLineAsync("^Redis +yours, of the variable Redis$", Long);
        await run.WaitForLineAsync("^Postgres +yours, of the variable Postgres$");

        run.Send(Signal.Interrupt);
        Assert.Equal(0, await run.WaitForExitAsync());
        Assert.DoesNotContain(run.Lines, line => line.Contains("hush", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_demo_that_fails_says_why_and_ends_with_exit_code_1()
    {
        await using var demo = await ChildProcess.StartDotnetAsync(
            Programs.Run, ["demo", "--folder", folder.Path], new Dictionary<string, string?>(Own) { ["Mail__From"] = "nobody" });

        Assert.Equal(1, await demo.WaitForExitAsync(Long));

        Assert.Contains(demo.Lines, line => line == "The demo failed: The app functions ended while starting; see what it said.");
        Assert.Contains(demo.Lines, line => line.StartsWith("  functions |   Error: Mail__From is 'nobody'", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Folders_that_are_named_from_here_are_the_same_for_both_apps()
    {
        await using var demo = await ChildProcess.StartAsync(new()
        {
            Program = "dotnet",
            Arguments = [Programs.Run, "demo", "--folder", folder.Path],
            WorkingFolder = folder.Path,
            Environment = new Dictionary<string, string?>(Own) { ["Images__Folder"] = "pics", ["Mail__PickupFolder"] = "mails" },
        });

        var exitCode = await demo.WaitForExitAsync(Long);

        Assert.True(exitCode == 0, $"Exit code {exitCode}:\n{string.Join('\n', demo.Lines)}");
        Assert.Single(Directory.GetFiles(folder.File("mails"), "*.eml"));
        Assert.Single(Directory.GetFiles(folder.File("pics/resized")));
    }

    [Fact]
    public async Task What_it_does_not_know_it_answers_with_its_usage()
    {
        await using var run = await StartAsync("--colour");

        Assert.Equal(2, await run.WaitForExitAsync());

        Assert.Contains(run.Lines, line => line.StartsWith("Usage: ./run", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("/dev/null/x")]
    [InlineData("README.md")]
    public async Task A_folder_that_cannot_be_one_is_named_with_what_to_write(string named)
    {
        var path = Repository.PathOf(named);
        await using var run = await ChildProcess.StartDotnetAsync(Programs.Run, ["--folder", path], Own);

        Assert.Equal(1, await run.WaitForExitAsync());

        var line = Assert.Single(run.Lines);
        Assert.StartsWith($"The folder {path} cannot be used: ", line, StringComparison.Ordinal);
        Assert.EndsWith("./run --folder FOLDER", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_lock_that_cannot_be_made_is_not_taken_for_another_run()
    {
        // A link to itself leads nowhere.
        File.CreateSymbolicLink(folder.File("run.lock"), "run.lock");
        await using var run = await StartAsync();

        Assert.Equal(1, await run.WaitForExitAsync());

        Assert.StartsWith($"The folder {folder.Path} cannot be used: ", Assert.Single(run.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_without_http_is_refused_before_anything_is_started()
    {
        await using var run = await ChildProcess.StartDotnetAsync(
            Programs.Run, ["--folder", folder.Path], new Dictionary<string, string?>(Own) { ["ASPNETCORE_URLS"] = "localhost:1" });

        Assert.Equal(1, await run.WaitForExitAsync());

        Assert.Equal("ASPNETCORE_URLS is \"localhost:1\", which is no URL of http or https. Write it like http://localhost:5080.", run.Lines[^1]);
        Assert.False(Directory.Exists(folder.File("redis")));
    }

    /// <summary>Runs the demo to its end and looks at what it shows.</summary>
    private async Task<IReadOnlyList<string>> DemoAsync()
    {
        await using var demo = await StartAsync("demo");
        var exitCode = await demo.WaitForExitAsync(Long);
        Assert.True(exitCode == 0, $"Exit code {exitCode}:\n{string.Join('\n', demo.Lines)}");

        var mail = await MimeMessage.LoadAsync(PathIn(Fact(demo.Lines, "mail")));
        Assert.Equal(Fact(demo.Lines, "subject"), mail.Subject);
        Assert.Contains(demo.Lines, line => line.Contains(mail.To.Mailboxes.Single().Address, StringComparison.Ordinal));

        var shown = Regex.Match(Fact(demo.Lines, "picture"), @"^(.+), (\d+) × (\d+) pixels, \d+ KB$");
        using var picture = Image.NewFromFile(PathIn(shown.Groups[1].Value));
        Assert.Equal((853, 1280), (picture.Width, picture.Height));
        Assert.Equal((shown.Groups[2].Value, shown.Groups[3].Value), ($"{picture.Width}", $"{picture.Height}"));

        Assert.Contains(demo.Lines, line => Regex.IsMatch(line, @"^ +0\.00 s  waiting: it was enqueued with a delay of 2\.00 s$"));
        Assert.Contains(demo.Lines, line => Regex.IsMatch(line, @"^ +[2-9]\.\d\d s  attempt 1 started: function SendWelcomeEmail"));
        Assert.Equal(2, demo.Lines.Count(line => Regex.IsMatch(line, @"^ +\d+\.\d\d s  completed, attempts: 1$")));
        Assert.DoesNotContain(demo.Lines, line => line.Contains("info:", StringComparison.Ordinal));
        return demo.Lines;
    }

    /// <summary>What stands behind a name, at its first place.</summary>
    private static string Fact(IReadOnlyList<string> lines, string name) =>
        lines.Select(line => Regex.Match(line, $"^   {name} +(.+)$")).First(match => match.Success).Groups[1].Value;

    /// <summary>It shows paths as seen from where it was started: here.</summary>
    private string PathIn(string shown)
    {
        var path = Path.GetFullPath(shown);
        Assert.StartsWith(folder.Path, path, StringComparison.Ordinal);
        return path;
    }

    private Task<ChildProcess> StartAsync(params string[] arguments) => ChildProcess.StartDotnetAsync(
        Programs.Run,
        [.. arguments, "--folder", folder.Path],
        Own);
}
