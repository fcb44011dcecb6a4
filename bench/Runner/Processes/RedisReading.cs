using System.Globalization;
using StackExchange.Redis;

namespace FunctionJobs.Bench;

/// <summary>What the server has done until a moment, and holds.</summary>
/// <param name="Commands">Commands, those inside scripts included.</param>
/// <param name="Reads">Reads from sockets: what arrived together counts once.</param>
/// <param name="BytesIn">Bytes received.</param>
/// <param name="BytesOut">Bytes sent.</param>
/// <param name="CpuSeconds">User and system time.</param>
/// <param name="Memory">Bytes that it holds.</param>
internal sealed record RedisReading(double Commands, double Reads, double BytesIn, double BytesOut, double CpuSeconds, double Memory)
{
    public static async Task<RedisReading> TakeAsync(IServer server)
    {
        var text = await server.InfoRawAsync("everything");
        var values = text!.Split('\n')
            .Select(line => line.Trim().Split(':', 2))
            .Where(pair => pair.Length == 2)
            .DistinctBy(pair => pair[0])
            .ToDictionary(pair => pair[0], pair => pair[1]);
        double Value(string name) => values.TryGetValue(name, out var value) ? double.Parse(value, CultureInfo.InvariantCulture) : 0;
        return new RedisReading(
            Value("total_commands_processed"),
            Value("total_reads_processed"),
            Value("total_net_input_bytes"),
            Value("total_net_output_bytes"),
            Value("used_cpu_user") + Value("used_cpu_sys"),
            Value("used_memory"));
    }

    /// <summary>What was done in between. What this reading itself cost is some hundred bytes.</summary>
    public static RedisReading operator -(RedisReading later, RedisReading earlier) => new(
        later.Commands - earlier.Commands - 1,
        later.Reads - earlier.Reads - 1,
        later.BytesIn - earlier.BytesIn,
        later.BytesOut - earlier.BytesOut,
        later.CpuSeconds - earlier.CpuSeconds,
        later.Memory - earlier.Memory);
}
