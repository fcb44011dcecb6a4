using System.Globalization;
using FunctionJobs.LocalServices;
using StackExchange.Redis;

namespace FunctionJobs.Tests;

/// <summary>A Redis of a test's own that can be told to refuse things to the user that <see cref="Options"/> names.</summary>
internal sealed class RefusingRedis : IAsyncDisposable
{
    private readonly LocalRedis server;

    private RefusingRedis(LocalRedis server, ConnectionMultiplexer admin)
    {
        this.server = server;
        Admin = admin;
    }

    /// <summary>The connection of a user to whom nothing is refused.</summary>
    public ConnectionMultiplexer Admin { get; }

    public ConfigurationOptions Options => ConfigurationOptions.Parse($"{server.ConnectionString},user=app,password=secret");

    public static async Task<RefusingRedis> StartAsync()
    {
        var server = await LocalRedis.StartAsync();
        var redis = new RefusingRedis(server, await ConnectionMultiplexer.ConnectAsync($"{server.ConnectionString},allowAdmin=true"));
        await redis.SetAsync("on", ">secret", "~*");
        await redis.AllowAllAsync();
        return redis;
    }

    /// <summary>Rules as ACL SETUSER takes them.</summary>
    public Task SetAsync(params object[] rules) => Admin.GetDatabase().ExecuteAsync("ACL", ["SETUSER", "app", .. rules]);

    public Task AllowAllAsync() => SetAsync("&*", "+@all");

    /// <summary>How many commands the user was denied until now, and how many met a key of another type, also where their script went on.</summary>
    public async Task<(int Denied, int OfWrongType)> RefusalsAsync()
    {
        var errors = (await Admin.GetServers()[0].InfoAsync("errorstats")).SelectMany(section => section).ToList();
        // Redis has no code of its own for what is denied inside of a script.
        return (CountOf("ERR") + CountOf("NOPERM"), CountOf("WRONGTYPE"));

        int CountOf(string code) => errors
            .Where(line => line.Key == $"errorstat_{code}")
            .Sum(line => int.Parse(line.Value.Split('=')[1], CultureInfo.InvariantCulture));
    }

    public async ValueTask DisposeAsync()
    {
        await Admin.DisposeAsync();
        await server.DisposeAsync();
    }
}
