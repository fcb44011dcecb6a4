using System.Globalization;

namespace FunctionJobs.Chaos;

/// <summary>What the command line says.</summary>
/// <param name="Jobs">How many jobs are enqueued, 100 to 1,000,000.</param>
/// <param name="Load">For how long they are enqueued while things break, 0.5 to 120 min.</param>
/// <param name="Seed">Decides the jobs' scripts and the schedule of faults.</param>
/// <param name="Plan">What is done to the processes meanwhile.</param>
/// <param name="Report">Where the figures go as JSON, or null for nowhere.</param>
internal sealed record ChaosOptions(int Jobs, TimeSpan Load, int Seed, ChaosPlan Plan, string? Report)
{
    public const string Usage = "Usage: ./chaos [--jobs 10000] [--minutes 3] [--seed 1] [--plan everything|deploys] [--report file.json]";

    /// <returns>Null when the command line is wrong.</returns>
    public static ChaosOptions? Parse(string[] args)
    {
        var options = new ChaosOptions(10_000, TimeSpan.FromMinutes(3), 1, ChaosPlan.Everything, null);
        for (var i = 0; i < args.Length; i += 2)
        {
            if (i + 1 == args.Length || options.With(args[i], args[i + 1]) is not { } next)
            {
                return null;
            }

            options = next;
        }

        return options;
    }

    /// <summary>What keeps the run from being of use, found before it starts; null for nothing.</summary>
    public string? Problem => Report is { } report && Path.GetDirectoryName(Path.GetFullPath(report)) is var folder && !Directory.Exists(folder)
        ? $"--report {report}: there is no folder {folder ?? report}. Create it, or name a file elsewhere."
        : null;

    private ChaosOptions? With(string name, string value) => name switch
    {
        "--jobs" when int.TryParse(value, CultureInfo.InvariantCulture, out var jobs) && jobs is >= 100 and <= 1_000_000 => this with { Jobs = jobs },
        "--minutes" when double.TryParse(value, CultureInfo.InvariantCulture, out var minutes) && minutes is >= 0.5 and <= 120 =>
            this with { Load = TimeSpan.FromMinutes(minutes) },
        "--seed" when int.TryParse(value, CultureInfo.InvariantCulture, out var seed) => this with { Seed = seed },
        "--plan" when Enum.TryParse<ChaosPlan>(value, ignoreCase: true, out var plan) => this with { Plan = plan },
        "--report" when value.Length > 0 => this with { Report = value },
        _ => null,
    };
}

/// <summary>What is done to the processes of a run.</summary>
internal enum ChaosPlan
{
    /// <summary>Every fault there is, with triggers that lose entries and die.</summary>
    Everything,

    /// <summary>Nothing but deploys: one worker after the other gets SIGTERM and is replaced.</summary>
    Deploys,
}
