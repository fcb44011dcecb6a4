namespace FunctionJobs.Worker;

/// <summary>The worker cannot work: Redis is out of reach, too old, or refuses what is needed, or there are no job types. The message says what to do.</summary>
public sealed class JobWorkerStartException : Exception
{
    internal JobWorkerStartException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
