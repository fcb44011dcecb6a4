using System.Globalization;

namespace FunctionJobs.Bench;

/// <summary>All that can be measured, in the order of the tables.</summary>
internal sealed class Catalog(string bench)
{
    // Debian's, whose packages hold Celery; another one may be first in PATH.
    private const string Python = "/usr/bin/python3";

    // The runtime settings of bench/Worker's project, so that the floor is one for it. Hangfire drains less with them.
    private static readonly Dictionary<string, string?> AsOurWorker = new()
    {
        ["DOTNET_TieredPGO"] = "0",
        ["DOTNET_ThreadPool_UnfairSemaphoreSpinLimit"] = "0",
        ["DOTNET_GCGen0MaxBudget"] = "400000",
    };

    private static readonly Dictionary<string, string?> NoByteCode = new() { ["PYTHONDONTWRITEBYTECODE"] = "1" };

    public IReadOnlyList<BenchSystem> All =>
    [
        Ours("functionjobs", "FunctionJobs", []) with { IsFast = true },
        Ours("functionjobs-trigger", "FunctionJobs, trigger only", new() { ["Jobs__Pump"] = "false" }) with { IsVariant = true },
        Ours("functionjobs-host", "FunctionJobs, plain host", new() { ["Jobs__RunWithoutTrigger"] = "true" }) with { IsVariant = true },
        Ours("functionjobs-linger", "FunctionJobs, lingering 30 s", new() { ["Jobs__Linger"] = "00:00:30" }) with { IsVariant = true, DiffersIdle = true },
        new()
        {
            Name = "bullmq",
            Title = "BullMQ",
            Producer = new("node", "producer.js") { Folder = Peer("bullmq") },
            Worker = _ => new("node", "worker.js") { Folder = Peer("bullmq") },
            IsFast = true,
        },
        DotNet("hangfire", "Hangfire") with { IsSlow = true },
        new()
        {
            Name = "sidekiq",
            Title = "Sidekiq",
            Producer = new("ruby", "producer.rb") { Folder = Peer("sidekiq") },
            Worker = concurrency => new("sidekiq", "-r", "./worker.rb", "-c", Text(concurrency)) { Folder = Peer("sidekiq") },
            IsFast = true,
        },
        new()
        {
            Name = "celery",
            Title = "Celery",
            Producer = new(Python, "producer.py") { Folder = Peer("celery"), Environment = NoByteCode },
            Worker = concurrency => new(
                Python, "-W", "ignore", "-m", "celery", "-A", "tasks", "worker", "-c", Text(concurrency), "-l", "ERROR",
                "--without-gossip", "--without-mingle", "--without-heartbeat")
            { Folder = Peer("celery"), Environment = NoByteCode },
            IsSlow = true,
        },
        DotNet("floor", "Bare scripts", AsOurWorker),
    ];

    private BenchSystem Ours(string name, string title, Dictionary<string, string?> settings) => new()
    {
        Name = name,
        Title = title,
        Producer = new("dotnet", Built("Producer", "FunctionJobs.Bench.Producer")),
        Worker = _ => new("dotnet", Published("Worker", "FunctionJobs.Bench.Worker"))
        {
            // As deployed, and as the other .NET workers are without being told; the emulator's own default is Development.
            Environment = new Dictionary<string, string?>(settings) { ["AZURE_FUNCTIONS_ENVIRONMENT"] = "Production" },
        },
        IsOurs = true,
    };

    /// <param name="name">Of the system and its folder.</param>
    /// <param name="title">As tables have it.</param>
    /// <param name="worker">Variables for its worker.</param>
    private BenchSystem DotNet(string name, string title, IReadOnlyDictionary<string, string?>? worker = null)
    {
        var program = Published(Path.Combine("peers", name), $"FunctionJobs.Bench.{char.ToUpperInvariant(name[0])}{name[1..]}");
        return new()
        {
            Name = name,
            Title = title,
            Producer = new("dotnet", program, "producer"),
            Worker = _ => new("dotnet", program, "worker") { Environment = worker ?? new Dictionary<string, string?>() },
        };
    }

    private string Built(string project, string assembly) => Path.Combine(bench, project, "bin", "Release", "net10.0", assembly + ".dll");

    // As bench/run publishes it.
    private string Published(string project, string assembly) => Path.Combine(bench, project, "bin", "publish", assembly + ".dll");

    private string Peer(string name) => Path.Combine(bench, "peers", name);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
