using System.Globalization;
using System.Text.RegularExpressions;

namespace FunctionJobs.Tests;

/// <summary>Steps of <c>deploy.yml</c>, run with an <c>az</c> that answers as Azure would.</summary>
public sealed class DeployStepTests : IDisposable
{
    private const string Az = """
        case "$*" in
          *' --resource-group AZURE_RESOURCE_GROUP --name AZURE_FUNCTION_APP '* | 'rest '*) ;;
          *) exit 2 ;;
        esac
        case "$*" in
          'functionapp deployment source config-zip '*) ;;
          'functionapp show '*) echo /subscriptions/one/sites/app ;;
          'functionapp function list '*) cat functions ;;
          'rest '*' --url /subscriptions/one/sites/app/hostruntime/admin/host/status?'*processUptime*)
            # One answer after the other, and the last again and again; an empty one stands for none.
            answer=$(head -n 1 answers)
            if [ "$(wc -l < answers)" -gt 1 ]; then tail -n +2 answers > left && mv left answers; fi
            [ -n "$answer" ] && echo "$answer" ;;
          *) exit 2 ;;
        esac
        """;

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task The_host_from_before_the_deployment_fails_the_check_although_both_functions_are_listed()
    {
        var (code, lines) = await CheckAsync("2", "Running 3600000");

        Assert.Equal(1, code);
        Assert.Contains(lines, line => line.StartsWith("The host's state is Running, its process has been up for 3600000 ms, and it lists 2 functions.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_check_waits_for_a_host_that_the_deployment_has_started()
    {
        var (code, _) = await CheckAsync("2", "Running 3600000", "", "Starting 900", "Running 5000", "Running 3600000");

        Assert.Equal(0, code);
        Assert.Equal("Running 3600000\n", await File.ReadAllTextAsync(folder.File("answers")));
    }

    [Theory]
    [InlineData("2", "Error 5000", "The host's state is Error, its process has been up for 5000 ms, and it lists 2 functions.")]
    [InlineData("1", "Running 5000", "The host's state is Running, its process has been up for 5000 ms, and it lists 1 functions.")]
    [InlineData("2", "", "The host's state is unknown, its process has been up for unknown ms, and it lists 2 functions.")]
    public async Task A_new_host_that_does_not_run_both_functions_fails_the_check(string functions, string answer, string message)
    {
        var (code, lines) = await CheckAsync(functions, answer);

        Assert.Equal(1, code);
        Assert.Contains(lines, line => line.StartsWith(message, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_deployment_tells_the_check_when_it_began()
    {
        var (code, _) = await RunAsync("Deploy by zip", "GITHUB_ENV", folder.File("environment"));

        Assert.Equal(0, code);
        Assert.Matches(@"^BEGAN=\d{10}\n$", await File.ReadAllTextAsync(folder.File("environment")));
    }

    /// <summary>The check of a deployment that began a minute ago, with what the host answers one time after the other.</summary>
    private async Task<(int Code, IReadOnlyList<string> Lines)> CheckAsync(string functions, params string[] answers)
    {
        await File.WriteAllTextAsync(folder.File("functions"), $"{functions}\n");
        await File.WriteAllTextAsync(folder.File("answers"), string.Concat(answers.Select(answer => $"{answer}\n")));
        await StubProgram.WriteAsync(folder.Path, "sleep", "exit 0");
        var began = TimeProvider.System.GetUtcNow().AddMinutes(-1).ToUnixTimeSeconds();
        return await RunAsync("Check that ", "BEGAN", began.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>Runs a step as GitHub does; a variable of the repository's environment has its own name as its value.</summary>
    private async Task<(int Code, IReadOnlyList<string> Lines)> RunAsync(string name, string variable, string value)
    {
        var step = Yaml.Documents(".github/workflows/deploy.yml").Single().At("jobs", "deploy", "steps").Items()
            .Single(step => step.Find("name")?.Text().StartsWith(name, StringComparison.Ordinal) == true);
        var environment = step.At("env").Entries().ToDictionary(
            entry => entry.Key,
            entry => (string?)Regex.Match(entry.Value.Text(), @"^\$\{\{ vars\.(\w+) \}\}$").Groups[1].Value);
        environment["PATH"] = StubProgram.PathBefore(folder.Path);
        environment[variable] = value;
        await StubProgram.WriteAsync(folder.Path, "az", Az);
        await File.WriteAllTextAsync(folder.File("step"), step.At("run").Text());

        await using var shell = await ChildProcess.StartAsync(new()
        {
            Program = "bash",
            Arguments = ["-e", "step"],
            WorkingFolder = folder.Path,
            Environment = environment,
        });
        return (await shell.WaitForExitAsync(), shell.Lines);
    }
}
