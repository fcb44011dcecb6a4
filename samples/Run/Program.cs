using System.Runtime.InteropServices;
using FunctionJobs.LocalServices;

namespace FunctionJobs.Samples.Run;

/// <summary>Starts everything, says how to try it, and stops everything on Ctrl+C, SIGTERM, or when an app ends.</summary>
internal static class Program
{
    private static async Task<int> Main(string[] args)
    {
        if (args.Length > 0)
        {
            await Console.Error.WriteLineAsync("Usage: ./run");
            return 2;
        }

        using var stop = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, Stop);
        try
        {
            await using var stack = await Stack.StartAsync(Repository.Find(), stop.Token);
            Welcome.Print(stack);
            var ended = await stack.WaitForEndOfAnyAsync(stop.Token);
            await Console.Error.WriteLineAsync($"{ended} has ended by itself; everything else is stopped.");
            return 1;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            Console.WriteLine("Stopped.");
            return 0;
        }
        catch (LocalServerException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return 1;
        }

        void Stop(PosixSignalContext context)
        {
            context.Cancel = true;
            stop.Cancel();
        }
    }
}
