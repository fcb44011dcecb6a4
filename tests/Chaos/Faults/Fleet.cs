using System.Globalization;
using FunctionJobs.LocalServices;

namespace FunctionJobs.Chaos;

/// <summary>Processes of one role. One that ends is replaced, until the fleet is stopped or its work is done.</summary>
internal sealed class Fleet(string role, int size, ChaosSettings settings, string folder, IReadOnlyDictionary<string, string?> environment)
{
    private static readonly TimeSpan ReplaceAfter = TimeSpan.FromMilliseconds(200);

    private readonly Lock gate = new();
    private readonly List<Life> lives = [];
    private Task supervising = Task.CompletedTask;
    private volatile bool stopping;

    /// <summary>All processes there have been.</summary>
    public IReadOnlyList<Life> Lives
    {
        get
        {
            lock (gate)
            {
                return [.. lives];
            }
        }
    }

    /// <summary>Ends when the fleet has stopped, or each of its processes has done its work (exit code 0, unasked).</summary>
    public Task Done => supervising;

    public void Start() => supervising = Task.WhenAll(Enumerable.Range(1, size).Select(SuperviseAsync));

    /// <summary>
    /// A process that nothing has been done to yet, one with jobs at work if there is one, whose recovery can be measured: not only such as
    /// others go before.
    /// </summary>
    public Life? Victim(double choice)
    {
        var unharmed = Lives.Where(life => life.IsUnharmed).ToList();
        var atWork = unharmed.Where(life => life.IsAtWork(job => JobScript.Of(settings.Options, job).Priority <= JobScript.UsualPriority)).ToList();
        var candidates = atWork.Count > 0 ? atWork : unharmed;
        return candidates.Count == 0 ? null : candidates[(int)(choice * candidates.Count)];
    }

    /// <summary>Until the work is done. A process that does not come to its end, or ends with an error again and again, is stopped after a while.</summary>
    public async Task FinishAsync(TimeSpan patience)
    {
        await Task.WhenAny(Done, Task.Delay(patience));
        await StopAsync();
    }

    /// <summary>SIGTERM to all.</summary>
    public async Task StopAsync()
    {
        stopping = true;
        foreach (var life in Lives.Where(life => life.EndedAt is null))
        {
            life.Stop();
        }

        await Done;
    }

    private async Task SuperviseAsync(int slot)
    {
        for (var number = 1; !stopping; number++)
        {
            var life = await StartAsync(string.Create(CultureInfo.InvariantCulture, $"{role}-{slot}.{number}"));
            var code = await life.WaitForEndAsync();
            if (code == 0 && life.StoppedAt is null)
            {
                return;
            }

            await Task.Delay(ReplaceAfter);
        }
    }

    private async Task<Life> StartAsync(string name)
    {
        // What enqueues goes on in the journal of the one before it.
        var journal = Path.Combine(folder, size == 1 ? $"{role}.journal" : $"{name}.journal");
        var log = Path.Combine(folder, $"{name}.log");
        var process = await GuardedProcess.StartAsync(new GuardedProcessOptions
        {
            Program = "dotnet",
            Arguments = [Path.Combine(AppContext.BaseDirectory, "Chaos.dll"), role],
            Environment = (settings with { JournalFile = journal }).ToEnvironment().Concat(environment).ToDictionary(),
            WorkingFolder = AppContext.BaseDirectory,
            LogFile = log,
        });
        var life = new Life(name, journal, log, process);
        lock (gate)
        {
            lives.Add(life);
        }

        if (stopping)
        {
            // It came up while the others were told to stop, and does not listen to signals yet.
            life.Kill();
        }

        return life;
    }
}
