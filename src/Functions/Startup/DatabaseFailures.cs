using System.Net.Sockets;
using Npgsql;

namespace FunctionJobs.Functions;

internal static class DatabaseFailures
{
    /// <summary>A lost or refused connection, a server that stops or starts, a deadlock: what a second try may mend.</summary>
    public static bool IsTransient(Exception e) => e switch
    {
        PostgresException { SqlState: PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown } => true,
        NpgsqlException database => database.IsTransient,
        TimeoutException or SocketException or IOException => true,
        _ => false,
    };
}
