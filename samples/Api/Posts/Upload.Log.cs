namespace FunctionJobs.Samples.Api;

internal sealed partial class Upload
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "The upload {ImagePath} belongs to no post and could not be deleted; delete it by hand.")]
    private partial void LogNotDeleted(Exception reason, string imagePath);
}
