using System.Diagnostics;
using System.Reflection;

namespace FunctionJobs.Emulator.Tests;

/// <summary>SampleApp in a process and a folder of its own.</summary>
internal sealed class SampleProcess : IAsyncDisposable
{
    private readonly List<string> _lines = [];
    private readonly AppFolder _folder;
    private readonly Process _process;

    private SampleProcess(AppFolder folder, Process process) => (_folder, _process) = (folder, process);

    public string Output
    {
        get
        {
            lock (_lines)
                return string.Join('\n', _lines);
        }
    }

    /// <summary>Starts the app; it takes the list <paramref name="key"/> unless <paramref name="environment"/> says otherwise.</summary>
    public static SampleProcess Start(string key, string hostJson = AppFolder.PlainHostJson, string? localSettings = null, params (string Name, string? Value)[] environment)
    {
        var folder = new AppFolder(hostJson, localSettings);
        string built = typeof(SampleProcess).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(item => item.Key == "SampleApp").Value!;
        foreach (string file in Directory.EnumerateFiles(built))
            File.Copy(file, Path.Combine(folder.Path, Path.GetFileName(file)));

        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", [Path.Combine(folder.Path, "SampleApp.dll")])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder.Path,
        };
        foreach ((string name, string? value) in (IEnumerable<(string, string?)>)[("Redis", Servers.Redis), ("Key", key), .. environment])
        {
            if (value is null)
                start.Environment.Remove(name);
            else
                start.Environment[name] = value;
        }

        var process = new Process { StartInfo = start };
        var sample = new SampleProcess(folder, process);
        process.OutputDataReceived += sample.Keep;
        process.ErrorDataReceived += sample.Keep;
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return sample;
    }

    public async Task WaitForAsync(string text)
    {
        try
        {
            await Eventually.TrueAsync(() => Output.Contains(text, StringComparison.Ordinal) || _process.HasExited, text);
            if (_process.HasExited)
                await _process.WaitForExitAsync();
            Assert.Contains(text, Output, StringComparison.Ordinal);
        }
        catch (TimeoutException late)
        {
            throw new TimeoutException($"{late.Message} The app wrote:\n{Output}");
        }
    }

    public async Task<int> ExitCodeAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(30));
        return _process.ExitCode;
    }

    /// <summary>Asks the app to end, by the name of a signal.</summary>
    public async Task SignalAsync(string signal)
    {
        using Process kill = Process.Start("kill", ["-s", signal, $"{_process.Id}"]);
        await kill.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _folder.Dispose();
    }

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        lock (_lines)
        {
            if (line.Data is not null)
                _lines.Add(line.Data);
        }
    }
}
