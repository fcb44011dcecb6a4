using System.Globalization;
using StackExchange.Redis;

namespace FunctionJobs.Bench;

/// <summary>What lies beside the jobs that are measured.</summary>
/// <param name="Key">As the result file has it.</param>
/// <param name="Title">As the tables have it.</param>
internal sealed record World(string Key, string Title)
{
    public const string KeepDiscarded = "1000000";

    /// <summary>Over how many queues the jobs are spread.</summary>
    public int Queues { get; init; } = 1;

    /// <summary>A key of each queue, as docs/wire-format.md has them.</summary>
    public IReadOnlyList<RedisKey> Keys(string name) => Queues == 1
        ? [$"jobs:{{bench}}:{name}"]
        : [.. Enumerable.Range(0, Queues).Select(number => (RedisKey)string.Create(CultureInfo.InvariantCulture, $"jobs:{{bench-{number}}}:{name}"))];

    /// <summary>A worker for these queues. Many are served without triggers: the function has one.</summary>
    public WorkerSetup For(WorkerSetup setup) => setup with
    {
        Settings = new Dictionary<string, string?>(setup.Settings)
        {
            ["Jobs__KeepDiscardedAtMost"] = KeepDiscarded,
            ["BENCH_QUEUES"] = (Queues == 1 ? 0 : Queues).ToString(CultureInfo.InvariantCulture),
            ["Jobs__RunWithoutTrigger"] = Queues == 1 ? "false" : "true",
        },
    };
}
