using System.Globalization;

namespace FunctionJobs.Bench;

/// <summary>The queues of a worker that serves many.</summary>
internal static class BenchQueues
{
    public static JobQueue Number(int number) => JobQueue.List(string.Create(CultureInfo.InvariantCulture, $"bench-{number}"));
}
