using System.Globalization;
using System.Security.Cryptography;

namespace FunctionJobs.Worker;

/// <summary>This worker process, among all that serve the same queues.</summary>
internal sealed class WorkerIdentity
{
    private long leases;

    /// <summary>Machine, process id, and six random characters, so that a restarted process is another worker.</summary>
    public string Name { get; } = string.Create(
        CultureInfo.InvariantCulture,
        $"{Environment.MachineName}-{Environment.ProcessId}-{RandomNumberGenerator.GetHexString(6, lowercase: true)}");

    /// <summary>A lease token that no other fetch or claim has: <c>worker/number</c>.</summary>
    public string NextLease() =>
        string.Create(CultureInfo.InvariantCulture, $"{Name}/{Interlocked.Increment(ref leases)}");
}
