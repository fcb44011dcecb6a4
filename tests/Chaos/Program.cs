using FunctionJobs.LocalServices;

namespace FunctionJobs.Chaos;

/// <summary>One program, three roles: the run itself, which starts the other two; the functions app; and what enqueues.</summary>
internal static class Program
{
    private static async Task<int> Main(string[] args)
    {
        switch (args)
        {
            case ["worker", ..]:
                await ChaosApp.RunAsync(args[1..]);
                return 0;
            case ["enqueuer"]:
                await ChaosEnqueuer.RunAsync();
                return 0;
        }

        if (ChaosOptions.Parse(args) is not { } options)
        {
            await Console.Error.WriteLineAsync(ChaosOptions.Usage);
            return 2;
        }

        if (options.Problem is { } problem)
        {
            await Console.Error.WriteLineAsync(problem);
            return 2;
        }

        try
        {
            return await ChaosRun.RunAsync(options) ? 0 : 1;
        }
        catch (LocalServerException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return 2;
        }
    }
}
