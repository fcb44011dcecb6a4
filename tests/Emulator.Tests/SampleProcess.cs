using System.Reflection;
using System.Text.RegularExpressions;
using FunctionJobs.LocalServices;

namespace FunctionJobs.Emulator.Tests;

/// <summary>SampleApp in a process and a folder of its own.</summary>
internal sealed class SampleProcess : IAsyncDisposable
{
    private readonly AppFolder folder;
    private readonly ChildProcess process;

    private SampleProcess(AppFolder folder, ChildProcess process) => (this.folder, this.process) = (folder, process);

    public string Output => string.Join('\n', process.Lines);

    /// <summary>Starts the app; it takes the list <paramref name="key"/> unless <paramref name="environment"/> says otherwise.</summary>
    public static async Task<SampleProcess> StartAsync(
        string key, string hostJson = AppFolder.PlainHostJson, string? localSettings = null, params (string Name, string? Value)[] environment)
    {
        var folder = new AppFolder(hostJson, localSettings);
        var built = typeof(SampleProcess).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(item => item.Key == "SampleApp").Value!;
        foreach (var file in Directory.EnumerateFiles(built))
        {
            File.Copy(file, Path.Combine(folder.Path, Path.GetFileName(file)));
        }

        var variables = new Dictionary<string, string?> { ["Redis"] = Servers.Redis, ["Key"] = key };
        foreach (var (name, value) in environment)
        {
            variables[name] = value;
        }

        return new SampleProcess(folder, await ChildProcess.StartAsync(new ChildProcessOptions
        {
            Program = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet",
            Arguments = [Path.Combine(folder.Path, "SampleApp.dll")],
            Environment = variables,
            WorkingFolder = folder.Path,
        }));
    }

    /// <summary>Until a line has this in it.</summary>
    public Task WaitForAsync(string text) => process.WaitForLineAsync(Regex.Escape(text));

    public Task<int> ExitCodeAsync() => process.WaitForExitAsync();

    /// <summary>Asks the app to end.</summary>
    public void Send(Signal signal) => Assert.True(process.Send(signal));

    public async ValueTask DisposeAsync()
    {
        await process.DisposeAsync();
        folder.Dispose();
    }
}
