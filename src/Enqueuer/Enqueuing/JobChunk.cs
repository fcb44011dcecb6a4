namespace FunctionJobs;

/// <summary>Jobs of one queue that go in one call.</summary>
internal sealed class JobChunk(JobQueue queue)
{
    private int bytes;

    public JobQueue Queue => queue;

    public List<JobEntry> Entries { get; } = new(4);

    public bool HasRoomFor(JobEntry entry) => JobLimits.FitInOneCall(Entries.Count + 1, bytes + entry.Constant.Length);

    public void Add(JobEntry entry)
    {
        Entries.Add(entry);
        bytes += entry.Constant.Length;
    }
}
