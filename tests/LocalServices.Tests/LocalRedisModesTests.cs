using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using FunctionJobs.LocalServices;
using StackExchange.Redis;

namespace FunctionJobs.Tests;

/// <summary>Redis as other tests want it: with TLS, as a cluster node, as a replica.</summary>
public sealed class LocalRedisModesTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task With_TLS_it_answers_encrypted()
    {
        using var files = new TemporaryFolder();
        var (certificate, key) = await WriteCertificateAsync(files.Path);
        await using var redis = await LocalRedis.StartAsync(
            new LocalRedisOptions
            {
                Tls = true,
                Arguments = ["--tls-cert-file", certificate, "--tls-key-file", key, "--tls-auth-clients", "no"],
            },
            Cancellation);

        var options = ConfigurationOptions.Parse(redis.ConnectionString);
        options.TrustIssuer(certificate);
        await using var connection = await ConnectionMultiplexer.ConnectAsync(options);

        Assert.True(options.Ssl);
        Assert.True(await connection.GetDatabase().PingAsync() > TimeSpan.Zero);
    }

    [Fact]
    public async Task It_can_be_a_cluster_node()
    {
        await using var node = await LocalRedis.StartAsync(new LocalRedisOptions { Arguments = ["--cluster-enabled", "yes"] }, Cancellation);

        Assert.Contains("cluster_slots_assigned:0", await RedisClient.ExecuteAsync(node, "CLUSTER", "INFO"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_can_be_a_replica()
    {
        await using var primary = await LocalRedis.StartAsync(cancellationToken: Cancellation);
        await RedisClient.ExecuteAsync(primary, "SET", "job", "copied");
        await using var replica = await LocalRedis.StartAsync(
            new LocalRedisOptions { Arguments = ["--replicaof", "127.0.0.1", $"{primary.Port}"] }, Cancellation);

        await Eventually.EqualAsync("copied", () => RedisClient.ExecuteAsync(replica, "GET", "job"), "the replica's copy");
    }

    private static async Task<(string Certificate, string Key)> WriteCertificateAsync(string folder)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        var (certificateFile, keyFile) = (Path.Combine(folder, "redis.crt"), Path.Combine(folder, "redis.key"));
        await File.WriteAllTextAsync(certificateFile, certificate.ExportCertificatePem(), Cancellation);
        await File.WriteAllTextAsync(keyFile, key.ExportPkcs8PrivateKeyPem(), Cancellation);
        return (certificateFile, keyFile);
    }
}
