using System.Net;
using System.Net.Sockets;

namespace FunctionJobs.LocalServices;

/// <summary>
/// A port for a server that starts later. Until it does nobody listens on it, so that another run could choose it too: for that time, and as
/// long as this is held, the port of the same number for UDP says that it is taken. The kernel gives that to one process of the machine
/// only, and takes it back however that ends.
/// </summary>
public sealed class HeldPort : IDisposable
{
    private readonly Socket mark;

    private HeldPort(int number, Socket mark)
    {
        Number = number;
        this.mark = mark;
    }

    /// <summary>The port.</summary>
    public int Number { get; }

    /// <summary>Takes the first port from a number upwards on which nobody listens and that nobody holds, for something with an address to remember.</summary>
    /// <exception cref="LocalServerException">There is none.</exception>
    public static HeldPort From(int first)
    {
        for (var port = first; port <= IPEndPoint.MaxPort; port++)
        {
            if (TryMark(port) is not { } mark)
            {
                continue;
            }

            if (FreePort.IsFree(port))
            {
                return new HeldPort(port, mark);
            }

            mark.Dispose();
        }

        throw new LocalServerException($"No free port was found from {first} on.");
    }

    /// <inheritdoc />
    public void Dispose() => mark.Dispose();

    private static Socket? TryMark(int port)
    {
        var mark = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            mark.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return mark;
        }
        catch (SocketException)
        {
            mark.Dispose();
            return null;
        }
    }
}
