using FunctionJobs.LocalServices;

namespace FunctionJobs.Tests;

public sealed class ServerProcessTests
{
    /// <summary>A Redis from 7.2 on does not start with a locale that the machine has not got.</summary>
    [Fact]
    public async Task Whatever_locale_its_caller_names_a_server_gets_the_one_that_every_machine_has()
    {
        using var files = new TemporaryFolder();
        await using var folder = await ServerFolder.OpenAsync(files.Path, user: null, TestContext.Current.CancellationToken);
        var options = new ServerProcessOptions
        {
            Name = "Server",
            Program = "bash",
            Arguments = ["-c", "echo \"locale=$LC_ALL, ready\"; exec sleep 60"],
            StopSignal = Signal.Terminate,
            Folder = folder,
            ReadyLine = "ready",
        };

        await using var server = await ServerProcess.StartAsync(options, TestContext.Current.CancellationToken);

        Assert.Contains("locale=C, ready", await File.ReadAllTextAsync(options.LogFile, TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }
}
