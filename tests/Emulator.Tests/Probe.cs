using System.Collections.Concurrent;
using Microsoft.Azure.Functions.Worker;

namespace FunctionJobs.Emulator.Tests;

/// <summary>What the functions of a test tell the test, and the other way round.</summary>
public sealed class Probe
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource> holds = new();

    /// <summary>The values that functions were started with, in that order.</summary>
    public ConcurrentQueue<string> Started { get; } = new();

    /// <summary>The values whose functions came to their end.</summary>
    public ConcurrentQueue<string> Ended { get; } = new();

    /// <summary>Called in each function.</summary>
    public Action<string, FunctionContext?> OnRun { get; set; } = static (_, _) => { };

    /// <summary>Makes the function of a value wait until <see cref="Release"/>.</summary>
    public void Hold(string value) => holds[value] = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Release(string value) => holds[value].SetResult();

    public async Task RunAsync(string value, FunctionContext? context = null)
    {
        Started.Enqueue(value);
        OnRun(value, context);
        if (holds.TryGetValue(value, out var hold))
        {
            await hold.Task;
        }

        Ended.Enqueue(value);
    }

    public Task HasStartedAsync(string value) => Eventually.TrueAsync(() => Started.Contains(value), $"'{value}' started");

    public Task HasEndedAsync(string value) => Eventually.TrueAsync(() => Ended.Contains(value), $"'{value}' ended");
}
