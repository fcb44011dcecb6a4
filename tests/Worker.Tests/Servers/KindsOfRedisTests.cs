using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using FunctionJobs.LocalServices;
using FunctionJobs.Worker;
using Microsoft.Extensions.DependencyInjection;
using StackExchange.Redis;

namespace FunctionJobs.Tests;

/// <summary>The worker and the enqueuer on Redis as people run it: cluster, TLS, few permissions, a replica that takes over.</summary>
public sealed class KindsOfRedisTests
{
    [Theory]
    [InlineData(Doorbell.List)]
    [InlineData(Doorbell.Stream)]
    public async Task On_a_cluster_of_three_masters_everything_works_and_each_queue_is_in_one_slot(Doorbell doorbell)
    {
        await using var cluster = await LocalCluster.StartAsync();
        var options = ConfigurationOptions.Parse(cluster.ConnectionString);
        for (var n = 0; n < 3; n++)
        {
            await using var queue = await TestQueue.CreateAsync(options.Clone(), doorbell);
            await EveryKindOfEndAsync(queue);
        }
    }

    [Fact]
    public async Task On_a_cluster_the_jobs_of_a_lost_worker_run_again_before_their_lease_ends()
    {
        await using var cluster = await LocalCluster.StartAsync();
        await using var queue = await TestQueue.CreateAsync(redis: cluster.ConnectionString);
        var started = new Gate();
        var lost = await queue.StartWorkerAsync(
            async (_, context) =>
            {
                started.Open();
                await Task.Delay(Timeout.Infinite, context.CancellationToken);
                return null;
            },
            options => options.Lease = TimeSpan.FromMinutes(5));
        var handle = await queue.EnqueueAsync();
        await started.Passed;
        await queue.StartWorkerAsync((_, context) => Task.FromResult<string?>($"attempt {context.Attempt}"));

        await queue.LoseAsync(lost);

        Assert.Equal("attempt 2", await handle.WaitForResultAsync<string>(TimeSpan.FromSeconds(20)));
    }

    [Fact]
    public async Task On_a_cluster_a_worker_is_heard_again_after_a_planned_failover_whose_old_primary_lives_on()
    {
        await using var cluster = await LocalCluster.StartAsync();
        await using var queue = await TestQueue.CreateAsync(redis: cluster.ConnectionString);
        await queue.StartWorkerAsync((_, _) => Task.FromResult<string?>(null));
        await Eventually.TrueAsync(() => IsHandedOverAsync(queue), "an enqueue hands its job to the worker that waits");

        await cluster.FailOverAsync(cluster.NodeOf(queue.Redis, queue.Keys.Available));

        await Eventually.TrueAsync(() => IsHandedOverAsync(queue), "an enqueue hands its job to the worker again", TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task A_node_of_a_cluster_that_does_not_answer_costs_no_job_of_another_its_lease()
    {
        await using var cluster = await LocalCluster.StartAsync("--cluster-require-full-coverage", "no");
        await using var queue = await TestQueue.CreateAsync(redis: $"{cluster.ConnectionString},asyncTimeout=30000");
        var elsewhere = Enumerable.Range(0, 1_000).Select(_ => JobQueue.List(Unique.Name("test"))).First(other => NodeOf(other) != NodeOf(queue.Queue));
        var (both, end) = (new CountdownEvent(2), new Gate());
        await queue.StartWorkerAsync(
            [elsewhere],
            async (_, context) =>
            {
                both.Signal();
                await end.Passed.WaitAsync(context.CancellationToken);
                return $"attempt {context.Attempt}";
            },
            options => (options.Lease, options.RenewEvery) = (TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(1)));
        await queue.Enqueuer.EnqueueAsync(new Probe("word"), new() { Queue = elsewhere });
        var handle = await queue.EnqueueAsync();
        Assert.True(both.Wait(TimeSpan.FromSeconds(20)));

        var node = NodeOf(elsewhere);
        await node.PauseAsync();
        try
        {
            await Task.Delay(TimeSpan.FromSeconds(8));
            end.Open();

            await Eventually.EqualAsync<JobState?>(JobState.Completed, () => handle.GetStateAsync(), "the job's state");
            Assert.Equal(1, (await handle.GetInfoAsync())!.Attempt);
        }
        finally
        {
            node.Resume();
        }

        LocalRedis NodeOf(JobQueue of) => cluster.NodeOf(queue.Redis, new QueueKeys(of.Name).Available);
    }

    [Fact]
    public async Task With_TLS_everything_works()
    {
        var folder = Directory.CreateTempSubdirectory("functionjobs-tls-");
        try
        {
            var (certificate, key) = await WriteCertificateAsync(folder.FullName);
            await using var server = await LocalRedis.StartAsync(new()
            {
                Tls = true,
                Arguments = ["--tls-cert-file", certificate, "--tls-key-file", key, "--tls-auth-clients", "no"],
            });
            var options = ConfigurationOptions.Parse(server.ConnectionString);
            options.TrustIssuer(certificate);
            await using var queue = await TestQueue.CreateAsync(options);

            await EveryKindOfEndAsync(queue);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task A_certificate_that_is_not_trusted_is_named_and_not_taken_for_a_refused_login()
    {
        using var folder = new TemporaryFolder();
        var (certificate, key) = await WriteCertificateAsync(folder.Path);
        await using var server = await LocalRedis.StartAsync(new()
        {
            Tls = true,
            Arguments = ["--tls-cert-file", certificate, "--tls-key-file", key, "--tls-auth-clients", "no"],
        });
        await using var services = new ServiceCollection().AddJobEnqueuer(server.ConnectionString).BuildServiceProvider();
        var enqueuer = services.GetRequiredService<IJobEnqueuer>();
        var refusals = new List<string>();

        // The first call may be over before the connection has tried.
        await Eventually.TrueAsync(
            async () =>
            {
                refusals.Add((await Assert.ThrowsAsync<JobQueueUnavailableException>(() => enqueuer.EnqueueAsync(new Probe("word")))).Message);
                return refusals[^1].StartsWith("Redis cannot be reached over TLS: ", StringComparison.Ordinal);
            },
            "the certificate is named");

        Assert.DoesNotContain(refusals, refusal => refusal.Contains("login", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(Doorbell.List, 0)]
    [InlineData(Doorbell.Stream, 0)]
    [InlineData(Doorbell.List, 1)]
    public async Task A_user_with_only_the_commands_keys_and_channels_that_the_docs_list_is_enough(Doorbell doorbell, int database)
    {
        await using var server = await LocalRedis.StartAsync();
        await using (var admin = await ConnectionMultiplexer.ConnectAsync(server.ConnectionString))
        {
            await admin.GetDatabase().ExecuteAsync("ACL", [.. DocumentedRules(), .. database == 0 ? Array.Empty<string>() : ["+select"]]);
        }

        var options = ConfigurationOptions.Parse($"{server.ConnectionString},user=app,password=PASSWORD,defaultDatabase={database}");
        await using var queue = await TestQueue.CreateAsync(options, doorbell);

        await EveryKindOfEndAsync(queue);

        Assert.DoesNotContain(queue.Logs.Lines, line => line.Text.Contains("NOPERM", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_worker_that_may_not_choose_its_database_does_not_start()
    {
        await using var server = await LocalRedis.StartAsync();
        await using (var admin = await ConnectionMultiplexer.ConnectAsync(server.ConnectionString))
        {
            await admin.GetDatabase().ExecuteAsync("ACL", [.. DocumentedRules()]);
        }

        await using var queue = await TestQueue.CreateAsync(ConfigurationOptions.Parse($"{server.ConnectionString},user=app,password=PASSWORD,defaultDatabase=1"));

        var error = await Assert.ThrowsAsync<JobWorkerStartException>(() => queue.StartWorkerAsync((_, _) => Task.FromResult<string?>(null)));

        Assert.Contains(": SELECT (", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task When_a_replica_is_promoted_the_workers_go_on_there()
    {
        await using var primary = await LocalRedis.StartAsync();
        await using var replica = await LocalRedis.StartAsync(new() { Arguments = ["--replicaof", "127.0.0.1", $"{primary.Port}"] });
        await using var queue = await TestQueue.CreateAsync(redis: $"{primary.ConnectionString},{replica.ConnectionString}");
        await queue.StartWorkerAsync((job, _) => Task.FromResult<string?>(job.Word));
        var before = await queue.EnqueueAsync("before", new() { Delay = TimeSpan.FromSeconds(3) });
        await using var direct = await ConnectionMultiplexer.ConnectAsync($"{replica.ConnectionString},allowAdmin=true");
        await Eventually.TrueAsync(
            async () => (await direct.GetDatabase().ExecuteAsync("EXISTS", queue.Keys.Job(before.Id))).ToString() == "1", "the replica has the job");

        primary.Kill();
        await direct.GetDatabase().ExecuteAsync("REPLICAOF", "NO", "ONE");

        JobHandle? after = null;
        await Eventually.TrueAsync(async () => (after = await queue.EnqueueAsync("after")) is not null, "the client has found the new primary");
        await Eventually.EqualAsync<JobState?>(JobState.Completed, () => after!.GetStateAsync(), "the state of a new job");
        await Eventually.EqualAsync<JobState?>(JobState.Completed, () => before.GetStateAsync(), "the state of the job from before");
    }

    /// <summary>A job of each fate, and those who wait for it.</summary>
    private static async Task EveryKindOfEndAsync(TestQueue queue)
    {
        var started = new Gate();
        var worker = await queue.StartWorkerAsync(
            async (job, context) =>
            {
                switch (job.Word)
                {
                    case "retry" when context.Attempt == 1:
                        throw new InvalidOperationException("again");
                    case "discard":
                        throw context.Discard("never");
                    case "cancel":
                        started.Open();
                        await Task.Delay(Timeout.Infinite, context.CancellationToken);
                        break;
                }

                await context.ReportProgressAsync(50);
                return (await context.OnceAsync(context.JobId, _ => Task.FromResult(job.Word))).Value;
            },
            options => options.ShutdownGrace = TimeSpan.Zero);

        var many = await queue.EnqueueManyAsync(["a", "retry", "discard"]);
        var delayed = await queue.EnqueueAsync("delayed", new() { Delay = TimeSpan.FromMilliseconds(300) });
        var cancelled = await queue.EnqueueAsync("cancel");
        await started.Passed;
        Assert.Equal(CancelOutcome.Requested, await cancelled.CancelAsync());
        await queue.Database.ListRightPushAsync(queue.Keys.Inbox, ["""{"name":"probe","id":"inbox","args":{"word":"inbox"}}""", "garbage"]);

        Assert.Equal("a", await many[0].WaitForResultAsync<string>(TimeSpan.FromSeconds(20)));
        Assert.Equal("retry", await many[1].WaitForResultAsync<string>(TimeSpan.FromSeconds(20)));
        await Assert.ThrowsAsync<JobFailedException>(() => many[2].WaitForResultAsync<string>(TimeSpan.FromSeconds(20)));
        Assert.Equal(RequeueOutcome.Requeued, await many[2].RequeueAsync());
        await Assert.ThrowsAsync<JobFailedException>(() => many[2].WaitForResultAsync<string>(TimeSpan.FromSeconds(20)));
        Assert.Equal("delayed", await delayed.WaitForResultAsync<string>(TimeSpan.FromSeconds(20)));
        await Assert.ThrowsAsync<JobFailedException>(() => cancelled.WaitForResultAsync<string>(TimeSpan.FromSeconds(20)));
        await Eventually.EqualAsync<JobState?>(JobState.Completed, () => queue.StateAsync("inbox"), "the job from the inbox");
        Assert.Single(await queue.RejectedAsync());
        await Eventually.TrueAsync(() => IsHandedOverAsync(queue), "an enqueue hands its job to the worker that waits");
        await Prune.RunAsync(queue.AsWorker());
        await queue.StopAsync(worker);
    }

    /// <summary>Whether the job got the very lease that the worker had offered.</summary>
    private static async Task<bool> IsHandedOverAsync(TestQueue queue)
    {
        var offers = await queue.Database.SortedSetRangeByRankAsync(queue.Keys.Offers);
        var handle = await queue.EnqueueAsync("handed over");
        var lease = await queue.Database.HashGetAsync(queue.Keys.Job(handle.Id), "lease");
        return offers.Any(offer => !lease.IsNull && offer.ToString().StartsWith($"{lease} ", StringComparison.Ordinal));
    }

    /// <summary>All that worker and enqueuer need; the triggers read the doorbells with commands of their own besides.</summary>
    private static string[] DocumentedRules()
    {
        var page = Repository.Read("docs/configuration.md");
        var rules = page[(page.IndexOf("ACL SETUSER", StringComparison.Ordinal) + "ACL ".Length)..];
        return rules[..rules.IndexOf("```", StringComparison.Ordinal)].Split((char[])[' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries);
    }

    private static async Task<(string Certificate, string Key)> WriteCertificateAsync(string folder)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        var (certificateFile, keyFile) = (Path.Combine(folder, "redis.crt"), Path.Combine(folder, "redis.key"));
        await File.WriteAllTextAsync(certificateFile, certificate.ExportCertificatePem());
        await File.WriteAllTextAsync(keyFile, key.ExportPkcs8PrivateKeyPem());
        return (certificateFile, keyFile);
    }
}
