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

    /// <summary>How many commands were refused until now, also those whose script went on. A script that Redis does not know yet is none.</summary>
    public async Task<int> RefusalsAsync() => (await Admin.GetServers()[0].InfoAsync("errorstats"))
        .SelectMany(section => section)
        .Where(line => line.Key != "errorstat_NOSCRIPT")
        .Sum(line => int.Parse(line.Value.Split('=')[1], CultureInfo.InvariantCulture));

    public async ValueTask DisposeAsync()
    {
        await Admin.DisposeAsync();
        await server.DisposeAsync();
    }
}
