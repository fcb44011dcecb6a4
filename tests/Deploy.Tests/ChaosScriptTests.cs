namespace FunctionJobs.Tests;

/// <summary><c>./chaos</c> in a copy, with a <c>dotnet</c> that says where and with what it was called.</summary>
public sealed class ChaosScriptTests
{
    [Theory]
    [InlineData("elsewhere", "../chaos", "../tests")]
    [InlineData("", "chaos", "./tests")]
    public async Task It_is_built_in_the_clone_and_a_report_is_written_where_it_was_called(string calledIn, string script, string tests)
    {
        // In place of the real one, which is executable.
        using var copy = new ScriptCopy("chaos", ".ci/install", ".ci/quietly");
        await copy.WriteAsync(".ci/install", "#!/bin/sh\necho \"$@\" >installed\n");
        Directory.CreateDirectory(copy.PathOf("elsewhere"));
        await copy.WriteProgramAsync(
            "dotnet",
            """
            case $1 in
              build) echo "$@" >built ;;
              *) echo "in $PWD: $*" ;;
            esac
            """);

        await using var run = await copy.StartAsync(calledIn, [script, "--report", "report.json"]);

        Assert.Equal(0, await run.WaitForExitAsync());
        Assert.Equal("dotnet redis postgres\n", await File.ReadAllTextAsync(copy.PathOf("installed")));
        Assert.Equal("build tests/Chaos --configuration Release --verbosity quiet\n", await File.ReadAllTextAsync(copy.PathOf("built")));
        Assert.Equal(
            $"in {Path.GetFullPath(copy.PathOf(calledIn))}: {tests}/Chaos/bin/Release/net10.0/Chaos.dll --report report.json",
            run.Lines[^1]);
    }
}
