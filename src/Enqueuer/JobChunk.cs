namespace FunctionJobs;

/// <summary>Jobs of one queue that go in one call. It is one script, during which Redis serves nobody else: bounded in number and in bytes.</summary>
internal sealed class JobChunk(JobQueue queue)
{
    public JobQueue Queue => queue;

    public List<JobEntry> Entries { get; } = new(4);

    public int Bytes { get; private set; }

    public bool HasRoomFor(JobEntry entry) => JobLimits.FitInOneCall(Entries.Count + 1, Bytes + entry.Constant.Length);

    public void Add(JobEntry entry)
    {
        Entries.Add(entry);
        Bytes += entry.Constant.Length;
    }
}
