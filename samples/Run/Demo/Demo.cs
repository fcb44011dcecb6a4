using System.Diagnostics;
using System.Security.Cryptography;
using FunctionJobs.LocalServices;

namespace FunctionJobs.Samples.Run;

/// <summary><c>./run demo</c>: starts everything, shows one round of both jobs, and stops everything.</summary>
internal static class Demo
{
    // Other than ./run's, whose port is one to remember.
    private const int FirstPort = 22_000;
    private const int LastPort = 32_000;

    /// <returns>The exit code: 0 when all that was shown is as it must be.</returns>
    public static async Task<int> RunAsync(Repository repository, Place place, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        using var logs = new Logs(repository);
        try
        {
            Console.WriteLine("Starting Redis, PostgreSQL, the functions app and the API");
            var photo = Photo.EnsureAsync(repository, cancellationToken);
            using var port = HeldPort.From(RandomNumberGenerator.GetInt32(FirstPort, LastPort));
            await using (var stack = await Stack.StartAsync(repository, place, port, logs.Write, cancellationToken))
            {
                Console.WriteLine($"Ready after {clock.Elapsed.TotalSeconds:0.0} s; the API is {stack.ApiUrl}");
                await ShowAsync(stack, await photo, cancellationToken);
            }

            Console.WriteLine($"""

                All of it worked, in {clock.Elapsed.TotalSeconds:0.0} s. Everything is stopped; mail and picture stay.
                Logs       {logs.Describe()}
                """);
            return 0;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
#pragma warning disable CA1031 // Whatever goes wrong is what the person at the terminal must be told.
        catch (Exception e)
#pragma warning restore CA1031
        {
            await Console.Error.WriteLineAsync($"{Environment.NewLine}The demo failed: {e.Message}");
            logs.ShowEnds(Console.Error);
            return 1;
        }
    }

    private static async Task ShowAsync(Stack stack, string photo, CancellationToken cancellationToken)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var round = new Round(stack, photo).RunAsync(enough.Token);
        var ended = stack.WaitForEndOfAnyAsync(enough.Token);
        var first = await Task.WhenAny(round, ended);
        await enough.CancelAsync();
        if (first == ended)
        {
            throw new RunException($"The app {await ended} has ended by itself.");
        }

        await round;
    }
}
