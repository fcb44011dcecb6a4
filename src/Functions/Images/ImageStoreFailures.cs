using System.Net.Sockets;

namespace FunctionJobs.Functions;

internal static class ImageStoreFailures
{
    /// <summary>A disk or a storage account that is away, busy or slow for a moment.</summary>
    public static bool IsTransient(Exception e) => e switch
    {
        ImageStoreAnswerException answer => answer.Status is 0 or 408 or 429 or >= 500,
        HttpRequestException or TimeoutException or SocketException or IOException => true,
        _ => false,
    };
}
