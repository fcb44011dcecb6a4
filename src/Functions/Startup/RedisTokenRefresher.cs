using Azure.Core;
using Azure.Identity;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace FunctionJobs.Functions;

/// <summary>
/// Tokens run out, and a cache closes the connections that stand on one: this logs open connections in anew in time. Those of subscriptions take
/// no such command; a cache closes them, and the client opens them again with the token of then.
/// </summary>
internal sealed partial class RedisTokenRefresher(
    RedisTokens tokens, IConnectionMultiplexer redis, TimeProvider time, ILogger<RedisTokenRefresher> logger) : BackgroundService
{
    private static readonly TimeSpan Ahead = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromSeconds(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var pause = Until(tokens.Current);
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(pause, time, stoppingToken);
            try
            {
                var token = await tokens.RefreshAsync(stoppingToken);
                foreach (var server in redis.GetServers().Where(server => server.IsConnected))
                {
                    await server.ExecuteAsync("AUTH", tokens.User, token.Token);
                }

                pause = Until(token);
            }
            catch (Exception e) when (
                e is AuthenticationFailedException or RedisException or TimeoutException
                || (e is OperationCanceledException && !stoppingToken.IsCancellationRequested))
            {
                LogFailed(e.Message);
                pause = PauseAfterFailure;
            }
        }
    }

    private TimeSpan Until(AccessToken token)
    {
        var left = (token.RefreshOn ?? token.ExpiresOn - Ahead) - time.GetUtcNow();
        return left > Pause ? left : Pause;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The login at Redis could not be renewed, and is tried again in 10 s: {Reason}")]
    private partial void LogFailed(string reason);
}
