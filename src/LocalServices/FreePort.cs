using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace FunctionJobs.LocalServices;

/// <summary>
/// Picks ports below the range that the kernel gives to outgoing connections. From that range, a port could be taken
/// while its server is down, and a client that keeps reconnecting could even connect to itself.
/// </summary>
internal static class FreePort
{
    private const int First = 11_000;
    private const int AfterLast = 22_000;

    /// <summary>A Redis Cluster node listens on its port + 10,000 as well.</summary>
    private const int ClusterBus = 10_000;

    private static readonly ConcurrentDictionary<int, bool> Given = new();

    /// <summary>
    /// Starts a server on the wished port, or on a free one. Another process can take a free port before the server
    /// does: then the next is tried.
    /// </summary>
    public static async Task<T> TryAsync<T>(int? wished, Func<int, CancellationToken, Task<T>> start, CancellationToken cancellationToken)
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

    /// <summary>Whether nobody listens on the port at either of localhost's addresses.</summary>
    public static bool IsFree(int port) => IsFree(IPAddress.Loopback, port) && IsFree(IPAddress.IPv6Loopback, port);

    private static bool IsFree(IPAddress address, int port)
    {
        try
        {
            using var listener = new TcpListener(address, port);
            listener.Start();
            return true;
        }
        catch (SocketException e)
        {
            // On a machine without IPv6 nobody listens there.
            return e.SocketErrorCode is SocketError.AddressNotAvailable or SocketError.AddressFamilyNotSupported;
        }
    }
}
