using System.Globalization;

namespace FunctionJobs.Bench;

/// <summary>A server with what lies in it, and a producer that is connected to it.</summary>
internal sealed record Side(Station Station, ProducerProcess Producer, World World) : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>Enqueues jobs one by one, ten at a time, to all queues in turn.</summary>
    /// <returns>The seconds that it took.</returns>
    public async Task<double> SpreadAsync(int jobs) => await Producer.RunAsync(
        World.Queues == 1 ? Text($"enqueue {jobs} 10") : Text($"spread {jobs} 10 {World.Queues}")) ?? 0;

    /// <summary>Starts a worker with so many jobs that do not end; it takes nothing more.</summary>
    public async Task<WorkerProcesses> StartHoldingAsync(int jobs)
    {
        var setup = WorkerSetup.ThatHolds(Station.Redis, jobs / World.Queues) with { Jobs = jobs };
        var workers = await Station.StartWorkersAsync(World.For(setup));
        await workers.ReachedAsync(jobs, Patience);
        return workers;
    }

    public async ValueTask DisposeAsync()
    {
        await Producer.DisposeAsync();
        await Station.DisposeAsync();
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
