namespace FunctionJobs.LocalServices;

/// <summary>A local server could not be found or started. The message says which, why, and what to do.</summary>
public sealed class LocalServerException : Exception
{
    /// <summary>An error without a message.</summary>
    public LocalServerException()
    {
    }

    /// <summary>An error with a message for a person.</summary>
    public LocalServerException(string message)
        : base(message)
    {
    }

    /// <summary>An error with a message for a person and its cause.</summary>
    public LocalServerException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
