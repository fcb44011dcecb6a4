using System.Diagnostics;
using System.Globalization;

namespace FunctionJobs.Bench;

/// <summary>A running producer. It ends with its input, and so with this process.</summary>
internal sealed class ProducerProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(10);

    private readonly Process process;
    private readonly Task<string> errors;

    private ProducerProcess(Process process, Task<string> errors, string versions)
    {
        this.process = process;
        this.errors = errors;
        Versions = versions;
    }

    /// <summary>What it said it is made of.</summary>
    public string Versions { get; }

    public int Id => process.Id;

    /// <exception cref="BenchException">It could not be started.</exception>
    public static async Task<ProducerProcess> StartAsync(Launch launch, string redis)
    {
        var start = new ProcessStartInfo(launch.Program, launch.Arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = launch.Folder ?? string.Empty,
        };
        start.Environment["BENCH_REDIS"] = redis;
        foreach (var (name, value) in launch.Environment)
        {
            start.Environment[name] = value;
        }

        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new BenchException($"{launch.Program} could not be started: {e.Message}");
        }

        var errors = process.StandardError.ReadToEndAsync();
        var first = await process.StandardOutput.ReadLineAsync().WaitAsync(Patience);
        if (first?.StartsWith("ready ", StringComparison.Ordinal) == true)
        {
            return new ProducerProcess(process, errors, first["ready ".Length..]);
        }

        process.Kill();
        var reason = Reason($"{first}\n{await errors}");
        process.Dispose();
        throw new BenchException($"its producer did not start: {reason}");
    }

    /// <summary>Gives a command and waits for its end.</summary>
    /// <returns>The seconds that it took by the producer's own clock; null when this producer has no such thing.</returns>
    public async Task<double?> RunAsync(string command)
    {
        string? answer;
        try
        {
            await process.StandardInput.WriteLineAsync(command);
            await process.StandardInput.FlushAsync();
            answer = await process.StandardOutput.ReadLineAsync().WaitAsync(Patience);
        }
        catch (IOException)
        {
            // It has ended already, and there is nobody at the other end.
            answer = null;
        }

        return answer?.Split(' ') switch
        {
            ["done", var seconds] => double.Parse(seconds, CultureInfo.InvariantCulture),
            ["none"] => null,
            null => throw new BenchException($"the producer did not do '{command}': it ended: {Reason(await errors.WaitAsync(LastWords))}"),
            _ => throw new BenchException($"the producer did not do '{command}': {answer}"),
        };
    }

    /// <summary>The line that says most about why it ended.</summary>
    private static string Reason(string text)
    {
        var lines = text.Trim().Split('\n');
        return (lines.FirstOrDefault(line => line.Contains("Error", StringComparison.Ordinal)) ?? lines[^1]).Trim();
    }

    public async ValueTask DisposeAsync()
    {
        process.StandardInput.Close();
        try
        {
            await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(10));
        }
        catch (TimeoutException)
        {
            process.Kill();
        }

        process.Dispose();
    }
}
