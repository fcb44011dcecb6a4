namespace FunctionJobs.Worker;

/// <summary>The job types of this app, by name, and the queues they come from.</summary>
internal sealed class JobTypes
{
    private readonly Dictionary<string, JobType> byName = new(StringComparer.Ordinal);

    public IReadOnlyCollection<JobType> All => byName.Values;

    public IEnumerable<JobQueue> Queues => byName.Values.Select(type => type.Queue).Distinct();

    /// <exception cref="ArgumentException">The name is taken or none, or the queue is another job type's with another doorbell.</exception>
    public void Add(JobType type)
    {
        if (JobLimits.WrongName(type.Name) is { } reason)
        {
            throw new ArgumentException(reason, nameof(type));
        }

        if (byName.Values.FirstOrDefault(other => other.Queue.Name == type.Queue.Name && other.Queue != type.Queue) is { } rival)
        {
            throw new ArgumentException(
                $"Queue '{type.Queue}' is a {rival.Queue.Doorbell} for job '{rival.Name}' and a {type.Queue.Doorbell} for '{type.Name}'; it can have one trigger only.",
                nameof(type));
        }

        if (!byName.TryAdd(type.Name, type))
        {
            throw new ArgumentException($"Two job types are named '{type.Name}'.", nameof(type));
        }
    }

    public JobType? Find(string name) => byName.GetValueOrDefault(name);
}
