namespace FunctionJobs.Tests;

/// <summary><c>./run</c> in a copy, with a <c>dotnet</c> that says where and with what it was called.</summary>
public sealed class RunScriptTests
{
    [Theory]
    [InlineData("elsewhere", "../run", "../samples")]
    [InlineData("", "run", "./samples")]
    public async Task It_is_built_in_the_clone_and_runs_in_the_folder_where_it_was_called(string calledIn, string script, string samples)
    {
        using var copy = new ScriptCopy("run", ".ci/install", ".ci/quietly");
        Directory.CreateDirectory(copy.PathOf("elsewhere"));
        await copy.WriteProgramAsync(
            "dotnet",
            """
            case $1 in
              --list-sdks) echo '10.0.100 [here]' ;;
              build) echo "$@" >built ;;
              *) echo "in $PWD: $*" ;;
            esac
            """);

        // With servers of the user's own, so that nothing is to be installed.
        await using var run = await copy.StartAsync(
            calledIn, [script, "demo", "--folder", "data"], ("Redis", "redis.example:6379"), ("Postgres", "Host=postgres.example"));

        Assert.Equal(0, await run.WaitForExitAsync());
        Assert.Equal("build samples/Run --verbosity quiet\n", await File.ReadAllTextAsync(copy.PathOf("built")));
        Assert.Equal(
            $"in {Path.GetFullPath(copy.PathOf(calledIn))}: {samples}/Run/bin/Debug/net10.0/Run.dll demo --folder data",
            run.Lines[^1]);
    }
}
