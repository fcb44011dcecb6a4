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

    /// <summary>Whether it is served without triggers, as many queues are: the function has one.</summary>
    public bool IsWithoutTrigger { get; init; }

    /// <summary>How many jobs of a queue a worker that runs them has under way at a time.</summary>
    public int Concurrency { get; init; } = 10;

    /// <summary>A key of each queue, as docs/wire-format.md has them.</summary>
    public IReadOnlyList<RedisKey> Keys(string name) => Queues == 1
        ? [$"jobs:{{bench}}:{name}"]
        : [.. Enumerable.Range(0, Queues).Select(number => (RedisKey)string.Create(CultureInfo.InvariantCulture, $"jobs:{{bench-{number}}}:{name}"))];

    /// <summary>A worker that runs what is in these queues.</summary>
    public WorkerSetup Running(string redis) => For(new WorkerSetup(redis) { Concurrency = Concurrency });

    /// <summary>A worker for these queues.</summary>
    public WorkerSetup For(WorkerSetup setup) => setup with
    {
        Settings = new Dictionary<string, string?>(setup.Settings)
        {
            ["Jobs__KeepDiscardedAtMost"] = KeepDiscarded,
            ["BENCH_QUEUES"] = (Queues == 1 ? 0 : Queues).ToString(CultureInfo.InvariantCulture),
            ["Jobs__RunWithoutTrigger"] = IsWithoutTrigger ? "true" : "false",
        },
    };
}
