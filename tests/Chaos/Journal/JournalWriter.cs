using System.Text;

namespace FunctionJobs.Chaos;

/// <summary>
/// Notes what a process does, each line with one write to a file of its own: it is kept whatever becomes of the process. Neither
/// Redis nor PostgreSQL holds it, because a witness must not depend on what is being broken.
/// </summary>
internal sealed class JournalWriter(string file) : IDisposable
{
    private readonly FileStream stream = new(file, FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0);
    private readonly Lock gate = new();

    public void Write(JournalEvent what, int job, int attempt = 0)
    {
        lock (gate)
        {
            var entry = new JournalEntry(TimeProvider.System.GetTimestamp(), what, job, attempt);
            stream.Write(Encoding.ASCII.GetBytes(entry.ToLine()));
        }
    }

    public void Dispose() => stream.Dispose();
}
