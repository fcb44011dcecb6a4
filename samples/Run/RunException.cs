namespace FunctionJobs.Samples.Run;

/// <summary>Something went other than it must; the message is for the person at the terminal.</summary>
internal sealed class RunException(string message, Exception? innerException = null) : Exception(message, innerException);
