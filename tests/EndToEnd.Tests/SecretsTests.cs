using FunctionJobs.Functions;
using Npgsql;
using StackExchange.Redis;

namespace FunctionJobs.Tests;

/// <summary>Everything goes wrong that can, and all that the app says and keeps of it is read.</summary>
public sealed class SecretsTests : IAsyncLifetime
{
    private const string RedisPassword = "redis-secret-word";
    private const string SmtpPassword = "smtp-secret-word";

    private Site site = null!;

    public async ValueTask InitializeAsync() => site = await Site.CreateAsync();

    public ValueTask DisposeAsync() => site.DisposeAsync();

    [Fact]
    public async Task No_password_address_name_or_path_is_in_what_the_app_logs_or_keeps_as_an_error_while_everything_fails()
    {
        await using var smtp = await SmtpServer.StartAsync("app", "another-password");
        await LetInAsync();
        var app = await site.StartAppAsync(
            ("Redis", $"{site.Redis.ConnectionString},user=app,password={RedisPassword}"),
            ("Mail__Host", "127.0.0.1"), ("Mail__Port", $"{smtp.Port}"), ("Mail__User", "app"), ("Mail__Password", SmtpPassword),
            ("Jobs__Types__send_welcome_email__BackoffBase", "00:00:00.100"));
        var post = await site.CreatePostAsync(1);

        // The mail server refuses the login; a photo is not there; arguments do not fit; an entry is no job.
        var mail = await site.Jobs.EnqueueAsync(new SendWelcomeEmail(1, "somebody@example.com", "Evelyn"), new() { MaxAttempts = 2 });
        var photo = await site.Jobs.EnqueueAsync(post with { ImagePath = "uploads/private-photo.png" }, new() { MaxAttempts = 2 });
        var unfit = await site.Jobs.EnqueueAsync("send_welcome_email", new { userId = "Evelyn somebody@example.com" }, new() { Queue = SendWelcomeEmail.Queue });
        await site.RedisAsync(redis => redis.ListRightPushAsync("jobs:{welcome-email}:inbox", "Evelyn <somebody@example.com>"));
        var ended = new[] { mail, photo, unfit };
        foreach (var job in ended)
        {
            await job.UntilAsync(info => info.State == JobState.Discarded, "is discarded");
        }

        await app.WaitForLineAsync("rejected");

        // Redis is away, and does not know the app's user when it is back; a table is gone.
        await site.KillRedisAsync();
        await Eventually.TrueAsync(
            () => Enum.GetValues<Work>().All(work => app.Count($"Queue {work.Queue()} could not be looked after") >= 1), "calls to Redis fail");
        await site.RestartRedisAsync();
        await LetInAsync();
        await site.QueryAsync<int>("alter table posts rename to posts_away");
        var broken = await site.Jobs.EnqueueAsync(post, new() { MaxAttempts = 1 });
        await broken.UntilAsync(info => info.State == JobState.Discarded, "is discarded");

        string[] secrets =
        [
            RedisPassword, SmtpPassword, new NpgsqlConnectionStringBuilder(site.Postgres).Password!, "somebody@", "Evelyn", "private-photo", post.ImagePath,
        ];
        Assert.Contains(app.Lines, line => line.Contains("warn:", StringComparison.Ordinal));
        Assert.All(secrets, secret => Assert.DoesNotContain(app.Lines, line => line.Contains(secret, StringComparison.OrdinalIgnoreCase)));
        foreach (var job in ended.Append(broken))
        {
            var errors = (await job.GetInfoAsync())!.Errors;
            Assert.NotEmpty(errors);
            Assert.All(errors, error => Assert.All(secrets, secret => Assert.DoesNotContain(secret, error.Message, StringComparison.OrdinalIgnoreCase)));
        }
    }

    private Task<RedisResult> LetInAsync() => site.RedisAsync(
        redis => redis.ExecuteAsync("ACL", "SETUSER", "app", "on", $">{RedisPassword}", "~*", "&*", "+@all"));
}
