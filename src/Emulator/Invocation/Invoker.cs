using FunctionJobs.Emulator.Discovery;
using FunctionJobs.Emulator.Startup;
using FunctionJobs.Emulator.Triggers;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace FunctionJobs.Emulator.Invocation;

/// <summary>Runs invocations. A failure is logged and goes no further: the triggers pop or acknowledge whatever the outcome.</summary>
internal sealed partial class Invoker(
    IServiceScopeFactory scopes,
    FunctionExecutionDelegate pipeline,
    HostJson hostJson,
    WorkerProcess process,
    TimeProvider time)
{
    /// <summary>Runs <paramref name="function"/> for one entry, in a service scope of its own. Never throws.</summary>
    public async Task RunAsync(Function function, TriggerEntry entry, ILogger logger)
    {
        var id = Guid.CreateVersion7(time.GetUtcNow()).ToString();
        var started = time.GetTimestamp();
        try
        {
            LogStarted(logger, function.Definition.Name, id);
            await using var scope = scopes.CreateAsyncScope();
            var context = new InvocationContext(id, function, entry, scope.ServiceProvider);

            // On a thread of its own, so that a function that never awaits neither holds up its batch nor escapes its timeout.
            await WithinTimeoutAsync(Task.Run(() => pipeline(context)), context, logger);
            LogSucceeded(logger, function.Definition.Name, id, time.GetElapsedTime(started).TotalMilliseconds);
        }
        catch (Exception failure)
        {
            LogFailed(logger, failure, function.Definition.Name, id, time.GetElapsedTime(started).TotalMilliseconds);
        }
    }

    private async Task WithinTimeoutAsync(Task invocation, InvocationContext context, ILogger logger)
    {
        if (hostJson.FunctionTimeout is not { } timeout)
        {
            await invocation;
            return;
        }

        try
        {
            await invocation.WaitAsync(timeout, time);
        }
        catch (TimeoutException) when (!invocation.IsCompleted)
        {
            LogTimedOut(logger, context.FunctionDefinition.Name, context.InvocationId, timeout);
            await process.KillAsync();
        }
    }
}
