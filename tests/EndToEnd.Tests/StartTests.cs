namespace FunctionJobs.Tests;

/// <summary>An app that cannot work says why and ends.</summary>
public sealed class StartTests : IAsyncLifetime
{
    private Site site = null!;

    public async ValueTask InitializeAsync() => site = await Site.CreateAsync();

    public ValueTask DisposeAsync() => site.DisposeAsync();

    [Theory]
    [InlineData("Redis", "", "Redis is not set. Write host:port")]
    [InlineData("Postgres", "", "Postgres is not set. Write e.g. Postgres=Host=localhost")]
    [InlineData("Postgres", "Host=127.0.0.1;Port=1;Database=app;Username=app", "Postgres: PostgreSQL at 127.0.0.1:1/app could not be reached")]
    [InlineData("Mail__From", "nobody", "Mail__From is 'nobody', which is no mail address. Write e.g. Mail__From=hello@example.com")]
    [InlineData("Images__Folder", "/dev/null/images", "Images__Folder is '/dev/null/images', and that folder cannot be made")]
    [InlineData("Jobs__Lease", "00:00:02", "Jobs__RenewEvery is 00:00:03, and must be at most half of Jobs__Lease, which is 00:00:02")]
    [InlineData("Emulator__Faults", "FallOver", "FallOver")]
    public async Task A_wrong_setting_is_named_and_the_app_ends_with_exit_code_1(string setting, string? value, string expected)
    {
        var app = await site.LaunchAppAsync((setting, value), ("Schema__WaitFor", "00:00:00"));

        Assert.Equal(1, await app.WaitForExitAsync());

        Assert.Contains(app.Lines, line => line.Contains(expected, StringComparison.Ordinal));
        Assert.DoesNotContain(app.Lines, line => line.TrimStart().StartsWith("at ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_Redis_the_app_says_so_and_ends_with_exit_code_1()
    {
        await site.KillRedisAsync();
        var app = await site.LaunchAppAsync();

        // It tries for 15 s, and waits for the calls of the last try.
        Assert.Equal(1, await app.WaitForExitAsync(TimeSpan.FromSeconds(90)));

        Assert.Contains(app.Lines, line => line.Contains("Redis: Redis cannot be reached", StringComparison.Ordinal));
    }
}
