using Microsoft.Extensions.Logging;

namespace FunctionJobs.Functions;

internal sealed partial class ResizePostImageHandler
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Post {PostId} has its picture: {Width} × {Height}, {Kilobytes} KB.")]
    private partial void LogResized(long postId, int width, int height, int kilobytes);
}
