namespace FunctionJobs.Tests;

/// <summary><c>./test</c> in a copy with two projects, One.Tests and Two.Tests, and a <c>dotnet</c> that runs no tests but says that it has.</summary>
public sealed class TestScriptTests
{
    [Fact]
    public async Task A_project_that_crashes_counts_as_failed_and_the_next_one_runs()
    {
        using var copy = await CopyAsync(one: "exit 134", two: "exit 134");

        await using var test = await copy.StartAsync("", ["test", "--no-build"]);

        Assert.Equal(1, await test.WaitForExitAsync());
        Assert.Contains("One.Tests ended with exit code 134; that counts as a failure.", test.Lines);
        Assert.Contains("Two.Tests ended with exit code 134; that counts as a failure.", test.Lines);
        Assert.Contains("0 passed, 2 failed", test.Lines);
    }

    [Fact]
    public async Task Failed_tests_fail_the_run_and_are_counted_in_its_last_line()
    {
        using var copy = await CopyAsync(one: Result(passed: 4, failed: 3, errors: 2) + "exit 1", two: Result(passed: 6));

        await using var test = await copy.StartAsync("", ["test", "--no-build"]);

        Assert.Equal(1, await test.WaitForExitAsync());
        Assert.Equal("10 passed, 5 failed", test.Lines[^1]);
        Assert.DoesNotContain(test.Lines, line => line.Contains("counts as a failure", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Where_all_tests_pass_the_run_ends_well()
    {
        using var copy = await CopyAsync(one: Result(passed: 4), two: Result(passed: 6));

        await using var test = await copy.StartAsync("", ["test", "--no-build"]);

        Assert.Equal(0, await test.WaitForExitAsync());
        Assert.Equal("10 passed, 0 failed", test.Lines[^1]);
    }

    [Fact]
    public async Task Tests_that_are_left_out_are_counted_and_no_failure()
    {
        using var copy = await CopyAsync(one: Result(passed: 4, skipped: 2), two: Result(passed: 6, skipped: 1));

        await using var test = await copy.StartAsync("", ["test", "--no-build"]);

        Assert.Equal(0, await test.WaitForExitAsync());
        Assert.Equal("10 passed, 0 failed, 3 skipped", test.Lines[^1]);
    }

    [Fact]
    public async Task A_project_that_hangs_counts_as_failed_and_the_next_one_runs()
    {
        using var copy = await CopyAsync(one: Result(passed: 4), two: Result(passed: 6));
        // It finds that the first has taken too long.
        await copy.WriteProgramAsync("timeout", "case $* in *One.Tests.dll*) exit 124 ;; esac; while [ \"$1\" != dotnet ]; do shift; done; exec \"$@\"");

        await using var test = await copy.StartAsync("", ["test", "--no-build"]);

        Assert.Equal(1, await test.WaitForExitAsync());
        Assert.Contains("One.Tests ended with exit code 124; that counts as a failure.", test.Lines);
        Assert.Contains("6 passed, 1 failed", test.Lines);
    }

    [Fact]
    public async Task A_project_that_runs_no_test_counts_as_failed()
    {
        using var copy = await CopyAsync(one: Result(passed: 0), two: Result(passed: 6));

        await using var test = await copy.StartAsync("", ["test", "--no-build"]);

        Assert.Equal(1, await test.WaitForExitAsync());
        Assert.Contains("One.Tests ran no test; that counts as a failure.", test.Lines);
        Assert.Contains("6 passed, 1 failed", test.Lines);
    }

    [Fact]
    public async Task A_project_that_passes_and_then_ends_with_an_error_counts_as_failed()
    {
        using var copy = await CopyAsync(one: Result(passed: 4) + "exit 139", two: Result(passed: 6));

        await using var test = await copy.StartAsync("", ["test", "--no-build"]);

        Assert.Equal(1, await test.WaitForExitAsync());
        Assert.Contains("One.Tests ended with exit code 139; that counts as a failure.", test.Lines);
        Assert.Contains("10 passed, 1 failed", test.Lines);
    }

    private static async Task<ScriptCopy> CopyAsync(string one, string two)
    {
        var copy = new ScriptCopy("test", ".ci/install", ".ci/quietly");
        foreach (var project in (string[])["One.Tests", "Two.Tests"])
        {
            await copy.WriteAsync($"tests/{project}/{project}.csproj", "");
        }

        // It has a .NET 10; nothing is to be installed here. The result file is its last argument.
        await copy.WriteProgramAsync(
            "dotnet",
            $$"""
            [ "$1" = --list-sdks ] && { echo '10.0.100 [here]'; exit 0; }
            for result; do :; done
            case $1 in
              */One.Tests.dll) {{one}} ;;
              */Two.Tests.dll) {{two}} ;;
              *) exit 134 ;;
            esac
            """);
        await copy.WriteProgramAsync("azurite-blob", "exit 1");
        return copy;
    }

    /// <summary>Writes the beginning of a result file as xunit.v3 does: the sums of all tests, and in the same line those of the first class.</summary>
    private static string Result(int passed, int failed = 0, int skipped = 0, int errors = 0) =>
        $"echo '<assemblies schema-version=\"3\"><assembly name=\"x.dll\" errors=\"{errors}\" failed=\"{failed}\" not-run=\"0\" passed=\"{passed}\" skipped=\"{skipped}\""
        + " time=\"0.987\" total=\"17\"><collection name=\"x\" failed=\"70\" not-run=\"0\" passed=\"80\" skipped=\"90\" total=\"240\">' >\"$result\"; ";
}
