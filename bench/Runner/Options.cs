using System.Globalization;

namespace FunctionJobs.Bench;

/// <summary>What <c>bench/run</c> was asked for.</summary>
internal sealed record Options
{
    public const string Usage = "Usage: bench/run [--quick] [--rounds N] [--report] [name…]";

    /// <summary>Names of systems and of measurements; none means all.</summary>
    public IReadOnlyList<string> Names { get; init; } = [];

    public int Rounds { get; init; } = 3;

    public bool Quick { get; init; }

    /// <summary>Only write the page again, from the last result.</summary>
    public bool Report { get; init; }

    /// <summary>Whether it asks for everything in full.</summary>
    public bool IsComplete => !Quick && Names.Count == 0 && Rounds >= 3;

    /// <summary>Only what has measured everything in full may replace the project's result.</summary>
    public bool MayReplace(BenchResult result) => IsComplete && result.Missing.Count == 0;

    public static Options Read(string[] args)
    {
        var options = new Options();
        for (var i = 0; i < args.Length; i++)
        {
            options = args[i] switch
            {
                "--quick" => options with { Quick = true, Rounds = 1 },
                "--report" => options with { Report = true },
                "--rounds" when i + 1 < args.Length && int.TryParse(args[i + 1], CultureInfo.InvariantCulture, out var rounds) && rounds > 0 =>
                    options with { Rounds = rounds },
                ['-', ..] => throw new BenchException(Usage),
                var name => options with { Names = [.. options.Names, name] },
            };
            if (args[i] == "--rounds")
            {
                i++;
            }
        }

        return options;
    }

    /// <summary>Those that are named, or all where none of this kind is.</summary>
    public IReadOnlyList<T> Choose<T>(IReadOnlyList<T> all, Func<T, string> name)
    {
        List<T> chosen = [.. all.Where(one => Names.Contains(name(one)))];
        return chosen.Count > 0 ? chosen : all;
    }
}
