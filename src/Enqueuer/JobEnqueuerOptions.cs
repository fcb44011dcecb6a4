using System.ComponentModel.DataAnnotations;
using System.Text.Json;

namespace FunctionJobs;

/// <summary>The settings of <see cref="IJobEnqueuer"/>.</summary>
public sealed class JobEnqueuerOptions
{
    /// <summary>
    /// The Redis connection string, as StackExchange.Redis reads it, e.g. <c>localhost:6379</c>. Not needed when an
    /// <c>IConnectionMultiplexer</c> is registered or given.
    /// </summary>
    public string? ConnectionString { get; set; }

    /// <summary>Where a job goes whose name has no route and whose enqueue names no queue: <c>default</c>, with a list trigger.</summary>
    [Required]
    public JobQueue DefaultQueue { get; set; } = JobQueue.List("default");

    /// <summary>Which queue a job name goes to when it is enqueued by name.</summary>
    public IDictionary<string, JobQueue> Routes { get; } = new Dictionary<string, JobQueue>(StringComparer.Ordinal);

    /// <summary>How long a call waits for Redis before it throws, 0.1 to 60 s; 4 s by default.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:01:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(4);

    /// <summary>How arguments are written. By default camelCase, as <see cref="JsonSerializerDefaults.Web"/>.</summary>
    [Required]
    public JsonSerializerOptions SerializerOptions { get; set; } = new(JsonSerializerDefaults.Web);

    /// <summary>Adds the route of a job type, so that it can be enqueued by name too.</summary>
    public JobEnqueuerOptions Route<TJob>()
        where TJob : IJob
    {
        Routes[TJob.JobName] = TJob.Queue;
        return this;
    }
}
