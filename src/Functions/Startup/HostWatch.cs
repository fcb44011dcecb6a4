using System.Net.Sockets;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace FunctionJobs.Functions;

/// <summary>
/// Ends the app when the Functions host that started it is gone without a word: killed, or by its stream listener's fault at a stop (see
/// docs/deploy.md). The worker packages leave it running then, and it would go on taking jobs beside the app of the next host, for ever and
/// in its old version.
/// </summary>
internal sealed partial class HostWatch(
    IConfiguration configuration, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<HostWatch> logger) : BackgroundService
{
    // Where the host listens, as it tells each worker; in the emulator, which is host and worker in one, nobody does.
    private const string Endpoint = "Functions:Worker:HostEndpoint";
    private const int Refusals = 3;
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(500);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!Uri.TryCreate(configuration[Endpoint], UriKind.Absolute, out var host))
        {
            return;
        }

        var refusals = 0;
        while (refusals < Refusals)
        {
            await Task.Delay(Every, time, stoppingToken);
            refusals = await RefusesAsync(host, stoppingToken) ? refusals + 1 : 0;
        }

        LogHostGone(host);
        lifetime.StopApplication();
    }

    /// <summary>Whether nobody listens there any more. Anything else, such as a host too busy to answer, proves nothing.</summary>
    private static async Task<bool> RefusesAsync(Uri host, CancellationToken cancellationToken)
    {
        try
        {
            // It opens its socket here, for which the process may have no file descriptor left.
            using var client = new TcpClient();
            await client.ConnectAsync(host.Host, host.Port, cancellationToken);
            return false;
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode == SocketError.ConnectionRefused;
        }
    }

    [LoggerMessage(LogLevel.Error, "The Functions host at {Host} is gone; the app stops, and the jobs that run are handed back.")]
    private partial void LogHostGone(Uri host);
}
