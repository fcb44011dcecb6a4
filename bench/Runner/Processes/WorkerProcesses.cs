using System.Globalization;
using FunctionJobs.LocalServices;

namespace FunctionJobs.Bench;

/// <summary>One or several worker processes of a system, and what they said.</summary>
internal sealed class WorkerProcesses : IAsyncDisposable
{
    private static readonly TimeSpan StartPatience = TimeSpan.FromMinutes(1);

    private readonly Lock gate = new();
    private readonly Dictionary<string, int> counts = [];
    private readonly List<double> latencies = [];
    private readonly List<string> otherLines = [];
    private readonly List<GuardedProcess> processes = [];
    private readonly List<Moment> moments = [];
    private readonly List<(int Jobs, TaskCompletionSource<Moment> Reached)> waits = [];
    private readonly TaskCompletionSource ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly int expected;
    private int readyCount;

    private WorkerProcesses(long started, int expected)
    {
        Started = started;
        this.expected = expected;
    }

    /// <summary>Just before the first process was started, in microseconds since 1970.</summary>
    public long Started { get; }

    /// <summary>When the first job ran, in microseconds since 1970.</summary>
    public long FirstJob { get; private set; }

    public IReadOnlyList<int> Ids => [.. processes.Select(process => process.Id)];

    /// <summary>How many jobs have run.</summary>
    public int Count
    {
        get
        {
            lock (gate)
            {
                return counts.Values.Sum();
            }
        }
    }

    public static async Task<WorkerProcesses> StartAsync(Launch launch, WorkerSetup setup)
    {
        var workers = new WorkerProcesses(Clock.Microseconds(), setup.Processes);
        var variables = new Dictionary<string, string?>(launch.Environment)
        {
            ["BENCH_REDIS"] = setup.Redis,
            ["BENCH_CONCURRENCY"] = Text(setup.Concurrency),
            ["BENCH_JOBS"] = Text(setup.Jobs),
            ["BENCH_WAIT"] = Text(setup.Wait),
            ["BENCH_LATENCY"] = setup.Latency ? "1" : "0",
        };
        foreach (var (name, value) in setup.Settings)
        {
            variables[name] = value;
        }

        var options = new GuardedProcessOptions
        {
            Program = launch.Program,
            Arguments = launch.Arguments,
            WorkingFolder = launch.Folder,
            Environment = variables,
            StopGrace = TimeSpan.FromSeconds(8),
            OnLine = workers.Read,
        };
        var starts = Enumerable.Range(0, setup.Processes).Select(_ => GuardedProcess.StartAsync(options));
        workers.processes.AddRange(await Task.WhenAll(starts));
        return workers;
    }

    /// <summary>Waits until every process can take jobs.</summary>
    public async Task ReadyAsync()
    {
        var ended = Task.WhenAny(processes.Select(process => process.Exited));
        if (await Task.WhenAny(ready.Task, ended, Task.Delay(StartPatience)) != ready.Task)
        {
            throw new BenchException($"its worker did not start: {LastWords()}");
        }
    }

    /// <summary>Waits until so many jobs have run, in all processes together.</summary>
    /// <returns>When that was and how many it were then, by the workers' own word.</returns>
    public async Task<Moment> ReachedAsync(int jobs, TimeSpan patience)
    {
        var reached = new TaskCompletionSource<Moment>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (gate)
        {
            if (moments.Find(moment => moment.Jobs >= jobs) is { } past)
            {
                return past;
            }

            waits.Add((jobs, reached));
        }

        var ended = Task.WhenAny(processes.Select(process => process.Exited));
        if (await Task.WhenAny(reached.Task, ended, Task.Delay(patience)) == reached.Task)
        {
            return await reached.Task;
        }

        throw new BenchException($"its worker ran {Count:N0} of {jobs:N0} jobs and then {(ended.IsCompleted ? "ended" : "no more")}: {LastWords()}");
    }

    /// <summary>Takes the latencies that came since the last call, in milliseconds.</summary>
    public List<double> TakeLatencies()
    {
        lock (gate)
        {
            List<double> taken = [.. latencies];
            latencies.Clear();
            return taken;
        }
    }

    /// <summary><c>kill -9</c>.</summary>
    public async Task KillAsync()
    {
        foreach (var process in processes)
        {
            process.Send(Signal.Kill);
        }

        await Task.WhenAll(processes.Select(process => process.Exited));
    }

    public async ValueTask DisposeAsync() => await Task.WhenAll(processes.Select(process => process.DisposeAsync().AsTask()));

    private void Read(string line)
    {
        lock (gate)
        {
            switch (line.Split(' '))
            {
                case ["count", var process, var jobs, var time]:
                    Counted(process, int.Parse(jobs, CultureInfo.InvariantCulture), long.Parse(time, CultureInfo.InvariantCulture));
                    break;
                case ["latency", var microseconds]:
                    latencies.Add(long.Parse(microseconds, CultureInfo.InvariantCulture) / 1000.0);
                    break;
                case ["ready", _]:
                    if (++readyCount == expected)
                    {
                        ready.TrySetResult();
                    }

                    break;
                default:
                    otherLines.Add(line);
                    break;
            }
        }
    }

    private void Counted(string process, int jobs, long time)
    {
        counts[process] = Math.Max(jobs, counts.GetValueOrDefault(process));
        FirstJob = FirstJob == 0 ? time : Math.Min(FirstJob, time);
        var moment = new Moment(time, counts.Values.Sum());
        moments.Add(moment);
        foreach (var wait in waits.Where(wait => moment.Jobs >= wait.Jobs).ToList())
        {
            waits.Remove(wait);
            wait.Reached.SetResult(moment);
        }
    }

    private string LastWords()
    {
        lock (gate)
        {
            return string.Join(" | ", otherLines.TakeLast(3)) is { Length: > 0 } words ? words : "(it said nothing)";
        }
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}

/// <summary>What the workers are told.</summary>
internal sealed record WorkerSetup(string Redis)
{
    public int Concurrency { get; init; } = 10;

    /// <summary>How many jobs there will be.</summary>
    public int Jobs { get; init; }

    public int Processes { get; init; } = 1;

    /// <summary>How long each job waits, in milliseconds.</summary>
    public int Wait { get; init; }

    public bool Latency { get; init; }

    public IReadOnlyDictionary<string, string?> Settings { get; init; } = new Dictionary<string, string?>();

    /// <summary>This project's worker with so many jobs that do not end.</summary>
    public static WorkerSetup ThatHolds(string redis, int jobs) => new(redis)
    {
        Concurrency = jobs,
        Jobs = jobs,
        Settings = new Dictionary<string, string?> { ["BENCH_HOLD"] = "1", ["Jobs__ShutdownGrace"] = "00:00:00" },
    };
}
