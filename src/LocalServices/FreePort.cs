using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace FunctionJobs.LocalServices;

/// <summary>
/// Picks ports below the range that the kernel gives to outgoing connections. From that range, a port could be taken
/// while its server is down, and a client that keeps reconnecting could even connect to itself.
/// </summary>
public static class FreePort
{
    private const int First = 11_000;
    private const int AfterLast = 22_000;

    /// <summary>A Redis Cluster node listens on its port + 10,000 as well.</summary>
    private const int ClusterBus = 10_000;

    private static readonly ConcurrentDictionary<int, bool> Given = new();

    /// <summary>The first port from a number upwards that nobody listens on, for something with an address to remember.</summary>
    public static int From(int first)
    {
        for (var port = first; port <= IPEndPoint.MaxPort; port++)
        {
            if (IsFree(port))
            {
                return port;
            }
        }

        throw new LocalServerException($"No free port was found from {first} on.");
    }

    /// <summary>
    /// Starts a server on the wished port, or on a free one. Another process can take a free port before the server
    /// does: then the next is tried.
    /// </summary>
    internal static async Task<T> TryAsync<T>(int? wished, Func<int, CancellationToken, Task<T>> start, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await start(wished ?? Next(), cancellationToken);
            }
            catch (LocalServerException e) when (wished is null && attempt < 5 && e.Message.Contains("already in use", StringComparison.Ordinal))
            {
                // The next port.
            }
        }
    }

    private static int Next()
    {
        for (var attempt = 0; attempt < 1_000; attempt++)
        {
            var port = RandomNumberGenerator.GetInt32(First, AfterLast);
            if (Given.TryAdd(port, true) && IsFree(port) && IsFree(port + ClusterBus))
            {
                return port;
            }
        }

        throw new LocalServerException($"No free port was found between {First} and {AfterLast}.");
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
