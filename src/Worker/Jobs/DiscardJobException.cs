namespace FunctionJobs.Worker;

/// <summary>Thrown by a handler whose job can never succeed: it is discarded at once, with this reason.</summary>
/// <param name="reason">Why; kept with the job's errors. No arguments or secrets.</param>
/// <param name="innerException">What went wrong.</param>
public sealed class DiscardJobException(string reason, Exception? innerException = null) : Exception(reason, innerException);
