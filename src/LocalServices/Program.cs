using System.Globalization;
using System.Runtime.InteropServices;

namespace FunctionJobs.LocalServices;

/// <summary>
/// Starts both servers, prints how to reach them, and stays until Ctrl+C, SIGTERM or its owner's end:
/// <c>dotnet run --project src/LocalServices -- [--folder .local] [--owner PID]</c>.
/// </summary>
internal static class Program
{
    private static async Task<int> Main(string[] args)
    {
        if (Arguments.Parse(args) is not { } arguments)
        {
            await Console.Error.WriteLineAsync("Usage: LocalServices [--folder FOLDER] [--owner PID]");
            return 2;
        }

        var owner = new Owner(arguments.Owner);
        using var stop = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, Stop);
        try
        {
            await using var servers = await LocalServers.StartAsync(new LocalServersOptions { Folder = arguments.Folder }, stop.Token);
            Console.WriteLine($"Redis={servers.RedisConnectionString}");
            Console.WriteLine($"Postgres={servers.PostgresConnectionString}");
            await owner.WaitForEndAsync(stop.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Asked to stop: the servers have been.
        }
        catch (Exception e) when (e is LocalServerException or IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return 1;
        }

        return 0;

        void Stop(PosixSignalContext context)
        {
            context.Cancel = true;
            stop.Cancel();
        }
    }

    private sealed record Arguments(string Folder, int? Owner)
    {
        public static Arguments? Parse(string[] args) => args switch
        {
            [] => new Arguments(".local", Owner: null),
            ["--folder", var folder, .. var rest] => Parse(rest) is { } others ? others with { Folder = folder } : null,
            ["--owner", var id, .. var rest] when int.TryParse(id, CultureInfo.InvariantCulture, out var owner) =>
                Parse(rest) is { } others ? others with { Owner = owner } : null,
            _ => null,
        };
    }
}
