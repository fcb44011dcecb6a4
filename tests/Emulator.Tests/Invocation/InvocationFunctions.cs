using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Extensions.Redis;
using Microsoft.Extensions.DependencyInjection;

namespace FunctionJobs.Emulator.Tests.Invocation;

internal sealed class Scoped : IDisposable
{
    public Scoped(List<Scoped> made)
    {
        lock (made)
        {
            made.Add(this);
        }
    }

    public bool IsDisposed { get; private set; }

    public void Dispose() => IsDisposed = true;
}

internal sealed class UsesScope(Probe probe, Scoped scoped)
{
    [Function("UsesScope")]
    public Task RunAsync([RedisListTrigger("Redis", "%Key%", 20)] string value, FunctionContext context) =>
        probe.RunAsync($"{value}: {(context.InstanceServices.GetRequiredService<Scoped>() == scoped ? "same" : "another")} in function and context");
}

internal sealed class Synchronous(Probe probe)
{
    [Function("Synchronous")]
    public void Run([RedisListTrigger("Redis", "%Key%", 20)] string value)
    {
        probe.Started.Enqueue(value);
        throw new InvalidOperationException(value);
    }
}

/// <summary>Public, since of another class the worker would not wait for it.</summary>
public sealed class WithValueTask(Probe probe)
{
    [Function("WithValueTask")]
    public async ValueTask RunAsync([RedisListTrigger("Redis", "%Key%", 20)] string value)
    {
        await probe.RunAsync(value);
        throw new InvalidOperationException(value);
    }
}

internal static class WithoutInstance
{
    [Function("WithoutInstance")]
    public static async Task RunAsync([RedisListTrigger("Redis", "%Key%", 20)] string value, CancellationToken cancellationToken)
    {
        await Task.Yield();
        cancellationToken.ThrowIfCancellationRequested();
        throw new InvalidOperationException(value);
    }
}
