using System.Diagnostics;

namespace FunctionJobs.Bench;

/// <summary>
/// How fast the machine is at a moment, by work that is always the same. A virtual machine shares its cores with others of the same host,
/// and may be half as fast a second later.
/// </summary>
internal static class MachineSpeed
{
    private const int Numbers = 2_000;
    private static readonly TimeSpan For = TimeSpan.FromMilliseconds(300);

    /// <returns>How often a core sorts 2,000 numbers in a second while all cores do: the mean of all.</returns>
    public static async Task<double> MeasureAsync()
    {
        // No thread of the pool: it might start them one after the other.
        var cores = Enumerable.Range(0, Environment.ProcessorCount)
            .Select(_ => Task.Factory.StartNew(Sort, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default));
        return (await Task.WhenAll(cores)).Average();
    }

    private static double Sort()
    {
        var numbers = new int[Numbers];
        var start = Stopwatch.GetTimestamp();
        for (var sorted = 0; ; sorted++)
        {
            var took = Stopwatch.GetElapsedTime(start);
            if (took >= For)
            {
                return sorted / took.TotalSeconds;
            }

            // The same numbers each time. They are no secret.
            var next = 1u;
            for (var i = 0; i < Numbers; i++)
            {
                next = (next * 1664525) + 1013904223;
                numbers[i] = (int)next;
            }

            Array.Sort(numbers);
        }
    }
}
