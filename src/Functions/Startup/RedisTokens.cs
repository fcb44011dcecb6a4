using Azure.Core;
using StackExchange.Redis.Configuration;

namespace FunctionJobs.Functions;

/// <summary>What a connection logs in with: the latest token of an identity. Read at every connect and reconnect.</summary>
internal sealed class RedisTokens(string principalId, TokenCredential credential) : DefaultOptionsProvider
{
    private static readonly TokenRequestContext Request = new(["https://redis.azure.com/.default"]);

    // A reference, so that a reader never sees half of a token and half of the next.
    private volatile Held? held;

    public override string User => principalId;

    public override string Password => Current.Token;

    /// <summary>The token in use. The first reader waits for it to be issued.</summary>
    public AccessToken Current => (held ??= new Held(credential.GetToken(Request, CancellationToken.None))).Token;

    public async Task<AccessToken> RefreshAsync(CancellationToken cancellationToken)
    {
        var token = await credential.GetTokenAsync(Request, cancellationToken);
        held = new Held(token);
        return token;
    }

    private sealed record Held(AccessToken Token);
}
