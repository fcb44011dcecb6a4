using System.ComponentModel.DataAnnotations;
using System.Text.Json;

namespace FunctionJobs.Worker;

/// <summary>The settings of a worker process. Read from the configuration section <c>Jobs</c> unless another is given.</summary>
public sealed class JobWorkerOptions
{
    /// <summary>How many jobs of a queue run at a time in this process, 1 to 1,000; 10 by default.</summary>
    [Range(1, 1000)]
    public int Concurrency { get; set; } = 10;

    /// <summary>
    /// How long a lease lasts without renewal, 1 s to 10 min; 12 s by default. It bounds recovery from a vanished machine, which
    /// takes up to a second longer, and until a slot is free: expired leases are looked for once a second.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(12);

    /// <summary>How often leases are renewed, 0.1 s to 5 min; 3 s by default. At most half of <see cref="Lease"/>.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:05:00")]
    public TimeSpan RenewEvery { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>How long running jobs get to finish after SIGTERM before they are released, 0 to 10 min; 4 s by default (a Functions host kills after 5).</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00")]
    public TimeSpan ShutdownGrace { get; set; } = TimeSpan.FromSeconds(4);

    /// <summary>How long the pump waits on the bell when its queue runs empty, 0 to 1 min; 1 s by default.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00")]
    public TimeSpan Linger { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// How long an invocation holds the pump before it is let go for the next, 1 s to 1 day; 4 min by default. Together with the
    /// longest job timeout it must stay below <c>functionTimeout</c> of host.json.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan HoldInvocationFor { get; set; } = TimeSpan.FromMinutes(4);

    /// <summary>How long jobs may be available with no invocation arriving before the watchdog drives the pump, 1 s to 10 min; 4 s by default.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan WatchdogAfter { get; set; } = TimeSpan.FromSeconds(4);

    /// <summary>For how long a job whose name this app does not know goes back for a newer version, 0 to 7 days; 10 min by default.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "7.00:00:00")]
    public TimeSpan UnknownJobNameFor { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>How long dead letters are kept, 1 min to 10 years; 7 days by default.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "3650.00:00:00")]
    public TimeSpan KeepDiscardedFor { get; set; } = TimeSpan.FromDays(7);

    /// <summary>How many dead letters of a queue are kept at most, 0 to 1,000,000; 10,000 by default. The oldest go first.</summary>
    [Range(0, 1_000_000)]
    public int KeepDiscardedAtMost { get; set; } = 10_000;

    /// <summary>
    /// Whether the pump fetches more work by itself while an invocation holds it; true by default. Without it an invocation
    /// runs its own job and no other, at the pace of the trigger's polling.
    /// </summary>
    public bool Pump { get; set; } = true;

    /// <summary>
    /// Whether the pump runs all the time, with no trigger to start it; false by default. For a worker in a plain .NET host.
    /// </summary>
    public bool RunWithoutTrigger { get; set; }

    /// <summary>
    /// How arguments are read, and results and the outcomes of <see cref="JobContext.OnceAsync"/> written. By default as
    /// <see cref="JsonSerializerDefaults.Web"/>. Who changes it does so in <see cref="JobEnqueuerOptions.SerializerOptions"/> as well.
    /// </summary>
    public JsonSerializerOptions SerializerOptions { get; set; } = new(JsonSerializerDefaults.Web);
}
