using Microsoft.Extensions.Logging;

namespace FunctionJobs.Functions;

internal sealed partial class ResizePostImageHandler
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Job {JobId} made its post's picture: {Width} × {Height}, {Kilobytes} KB.")]
    private partial void LogResized(string jobId, int width, int height, int kilobytes);
}
