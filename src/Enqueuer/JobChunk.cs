namespace FunctionJobs;

/// <summary>Jobs of one queue that one call takes. It is one script, during which Redis serves nobody else: bounded in number and in bytes.</summary>
internal sealed class JobChunk
{
    private int bytes;

    public List<JobEntry> Entries { get; } = new(4);

    public bool HasRoomFor(JobEntry entry) =>
        Entries.Count < JobLimits.ChunkSize && bytes + entry.Constant.Length <= JobLimits.ChunkBytes;

    public void Add(JobEntry entry)
    {
        Entries.Add(entry);
        bytes += entry.Constant.Length;
    }
}
