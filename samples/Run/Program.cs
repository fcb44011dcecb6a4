using System.Runtime.InteropServices;
using FunctionJobs.LocalServices;

namespace FunctionJobs.Samples.Run;

/// <summary>Starts everything, says how to try it, and stops everything on Ctrl+C, SIGTERM, or when an app ends; or shows one round.</summary>
internal static class Program
{
    private const int Interrupted = 130;

    /// <summary>The API's, or the next that is free.</summary>
    private const int FirstPort = 5080;

    private static async Task<int> Main(string[] args)
    {
        if (Arguments.Parse(args) is not { } arguments)
        {
            await Console.Error.WriteLineAsync(Arguments.Usage);
            return 2;
        }

        using var stop = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, Stop);
        var repository = Repository.Find(arguments.Folder);
        try
        {
            using var place = Place.Take(repository);
            return arguments.Demo
                ? await Demo.RunAsync(repository, place, stop.Token)
                : await StayAsync(repository, place, stop.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            Console.WriteLine("Stopped.");
            return arguments.Demo ? Interrupted : 0;
        }
        catch (Exception e) when (e is LocalServerException or RunException)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return 1;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Whatever is written here is in that folder.
            await Console.Error.WriteLineAsync(
                $"The folder {repository.Local} cannot be used: {e.Message} Give one that this user may write to: ./run --folder FOLDER");
            return 1;
        }

        void Stop(PosixSignalContext context)
        {
            context.Cancel = true;
            stop.Cancel();
        }
    }

    private static async Task<int> StayAsync(Repository repository, Place place, CancellationToken cancellationToken)
    {
        Console.WriteLine("Starting Redis, PostgreSQL, the functions app and the API");
        var photo = Photo.EnsureAsync(repository, cancellationToken);
        using var port = HeldPort.From(FirstPort);
        await using var stack = await Stack.StartAsync(
            repository, place, port, (app, line) => Console.WriteLine($"{app,-9} | {line}"), cancellationToken);
        Welcome.Print(stack, await photo);
        var ended = await stack.WaitForEndOfAnyAsync(cancellationToken);
        throw new RunException($"The app {ended} has ended by itself; everything else is stopped.");
    }
}
