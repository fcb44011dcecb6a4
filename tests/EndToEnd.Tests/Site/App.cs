using FunctionJobs.LocalServices;

namespace FunctionJobs.Tests;

/// <summary>The functions app in the emulator, as a process.</summary>
internal sealed class App(ChildProcess process) : IAsyncDisposable
{
    public IReadOnlyList<string> Lines => process.Lines;

    /// <summary>Until it polls its triggers.</summary>
    public Task WaitUntilReadyAsync() => process.WaitForLineAsync("^Worker process started and initialized");

    public Task WaitForLineAsync(string pattern, TimeSpan? timeout = null) => process.WaitForLineAsync(pattern, timeout);

    /// <summary>Whether a job's worker is this process.</summary>
    public bool Runs(JobInfo job) => job.Worker?.Contains($"-{process.Id}-", StringComparison.Ordinal) == true;

    /// <summary>kill -9.</summary>
    public async Task KillAsync()
    {
        process.Send(Signal.Kill);
        Assert.Equal(137, await process.WaitForExitAsync());
    }

    public void Terminate() => Assert.True(process.Send(Signal.Terminate));

    public Task<int> WaitForExitAsync(TimeSpan? timeout = null) => process.WaitForExitAsync(timeout);

    public int Count(string text) => Lines.Count(line => line.Contains(text, StringComparison.Ordinal));

    public ValueTask DisposeAsync() => process.DisposeAsync();
}
