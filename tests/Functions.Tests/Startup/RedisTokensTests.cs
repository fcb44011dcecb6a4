using Azure.Core;
using FunctionJobs.Functions;
using Microsoft.Extensions.Logging.Abstractions;
using StackExchange.Redis;

namespace FunctionJobs.Tests.Startup;

/// <summary>A real Redis whose user has the tokens as passwords, as a cache with Entra login has.</summary>
public sealed class RedisTokensTests
{
    [Fact]
    public async Task A_token_that_runs_out_is_replaced_on_open_connections_and_new_ones_use_the_latest()
    {
        await using var admin = await ConnectionMultiplexer.ConnectAsync(Servers.Redis + ",allowAdmin=true");
        var user = Unique.Name("identity");
        var tokens = new RedisTokens(user, new FewTokens("first-token", "second-token"));
        await AclAsync("SETUSER", user, "on", ">first-token", ">second-token", "~*", "&*", "+@all");
        try
        {
            await using var redis = await ConnectionMultiplexer.ConnectAsync(Redis.Options(Servers.Redis + ",allowAdmin=true", tokens));
            Assert.Equal(user, await WhoAsync(redis));

            using var refresher = new RedisTokenRefresher(tokens, redis, TimeProvider.System, NullLogger<RedisTokenRefresher>.Instance);
            await refresher.StartAsync(TestContext.Current.CancellationToken);
            await Eventually.EqualAsync("second-token", () => Task.FromResult(tokens.Password), "the token in use");
            Assert.Equal(user, await WhoAsync(redis));

            await AclAsync("SETUSER", user, "<first-token");
            await admin.GetServers()[0].ExecuteAsync("CLIENT", "KILL", "USER", user);
            await Eventually.EqualAsync(user, () => WhoAsync(redis), "the user of the connection that was made anew");
            await refresher.StopAsync(TestContext.Current.CancellationToken);
        }
        finally
        {
            await AclAsync("DELUSER", user);
        }

        Task AclAsync(params object[] arguments) => admin.GetDatabase().ExecuteAsync("ACL", arguments);
    }

    private static async Task<string> WhoAsync(ConnectionMultiplexer redis) => (string)(await redis.GetDatabase().ExecuteAsync("ACL", "WHOAMI"))!;

    /// <summary>Issues its tokens one after the other: the first is nearly over, the last is good for an hour.</summary>
    private sealed class FewTokens(params string[] tokens) : TokenCredential
    {
        private int issued;

        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken)
        {
            var last = issued >= tokens.Length - 1;
            var left = last ? TimeSpan.FromHours(1) : TimeSpan.FromMinutes(5);
            return new AccessToken(tokens[last ? ^1 : issued++], TimeProvider.System.GetUtcNow() + left);
        }

        public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            ValueTask.FromResult(GetToken(requestContext, cancellationToken));
    }
}
