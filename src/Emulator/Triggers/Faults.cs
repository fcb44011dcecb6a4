using System.Globalization;
using FunctionJobs.Emulator.Startup;

namespace FunctionJobs.Emulator.Triggers;

/// <summary>
/// What goes wrong with the real host, as switches. Off unless the setting <c>Emulator:Faults</c> names them, divided by
/// commas, each with a value or without: <c>DieOnRedisError, LoseBatch=0.25</c>.
/// </summary>
internal sealed class Faults(Random random)
{
    /// <summary>Name of the setting.</summary>
    public const string Setting = "Emulator:Faults";

    private double loseBatchRate;
    private double dropConsumerRate;
    private int? dieAfterPolls;
    private int? crashAtBatch;
    private int batches;

    /// <summary><c>DieOnRedisError</c>: the first error of Redis ends a loop, silently and for good; the process stays healthy.</summary>
    public bool DieOnRedisError { get; private set; }

    /// <summary>Reads the setting.</summary>
    /// <exception cref="StartupException">A switch is unknown or its value is out of range.</exception>
    public static Faults Parse(string? text, Random random)
    {
        var faults = new Faults(random);
        foreach (var item in (text ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = item.Split('=', 2, StringSplitOptions.TrimEntries);
            faults.TurnOn(parts[0], parts.Length > 1 ? parts[1] : null);
        }

        return faults;
    }

    /// <summary><c>DieAfterPolls=N</c>: each loop ends silently after its Nth poll.</summary>
    public bool DiesAfter(long poll) => poll >= dieAfterPolls;

    /// <summary><c>LoseBatch</c> or <c>LoseBatch=rate</c>: entries are taken and never run. Rate per batch, 1 unless given.</summary>
    public bool LosesBatch() => Strikes(loseBatchRate);

    /// <summary><c>DropConsumer</c> or <c>DropConsumer=rate</c>: a stream's consumer is deleted with the batch it just read, which never runs. Rate per batch, 1 unless given.</summary>
    public bool DropsConsumer() => Strikes(dropConsumerRate);

    /// <summary><c>CrashBeforeInvoke</c> or <c>CrashBeforeInvoke=N</c>: the process is killed when the Nth batch (the first unless given) was taken and has not run.</summary>
    public bool CrashesNow() => crashAtBatch is { } batch && Interlocked.Increment(ref batches) >= batch;

    private bool Strikes(double rate) => rate > 0 && random.NextDouble() < rate;

    private void TurnOn(string name, string? value)
    {
        switch (name)
        {
            case nameof(DieOnRedisError) when value is null:
                DieOnRedisError = true;
                break;
            case "LoseBatch":
                loseBatchRate = Rate(name, value);
                break;
            case "DropConsumer":
                dropConsumerRate = Rate(name, value);
                break;
            case "DieAfterPolls" when value is not null:
                dieAfterPolls = Count(name, value);
                break;
            case "CrashBeforeInvoke":
                crashAtBatch = Count(name, value ?? "1");
                break;
            default:
                throw new StartupException(
                    $"{Setting}: '{name}{(value is null ? "" : "=" + value)}' is not a fault. There are DieOnRedisError, DieAfterPolls=N, LoseBatch[=rate], DropConsumer[=rate] and CrashBeforeInvoke[=N].");
        }
    }

    private static double Rate(string name, string? value)
    {
        if (value is null)
        {
            return 1;
        }

        return double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var rate) && rate is > 0 and <= 1
            ? rate
            : throw new StartupException($"{Setting}: the rate of {name} must be above 0 and at most 1, and it is '{value}'.");
    }

    private static int Count(string name, string value) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0
            ? count
            : throw new StartupException($"{Setting}: {name} needs a whole number above 0, and it is '{value}'.");
}
