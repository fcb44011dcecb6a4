using Azure;

namespace FunctionJobs.Functions;

/// <summary>
/// The image store refused, or was not reached. Of its answer the codes are kept: its text may quote the path, and an error ends up in
/// logs and dead letters. For that reason the library's exception is not kept.
/// </summary>
internal sealed class ImageStoreAnswerException(RequestFailedException answer) : Exception(
    answer.Status == 0 ? $"The image store cannot be reached: {answer.Message}" : $"The image store answered {answer.Status} ({answer.ErrorCode ?? "no code"}).")
{
    /// <summary>The HTTP status; 0 when there was no answer.</summary>
    public int Status { get; } = answer.Status;
}
