using FunctionJobs.LocalServices;

namespace FunctionJobs.Tests;

public sealed class BinariesTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void A_missing_redis_server_says_how_to_get_it()
    {
        var error = Assert.Throws<LocalServerException>(() => new Binaries("/no/such/folder").Redis());

        Assert.Equal("redis-server was not found. Install it with: sudo apt-get install redis-server", error.Message);
    }

    [Fact]
    public async Task A_missing_PostgreSQL_says_how_to_get_it()
    {
        var error = await Assert.ThrowsAsync<LocalServerException>(
            () => new Binaries("/no/such/folder", "/no/such/folder").PostgresFolderAsync(null, Cancellation));

        Assert.Contains("sudo apt-get install postgresql", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "17")]
    [InlineData("15", "15")]
    [InlineData("14", "17")]
    public async Task The_highest_version_of_PostgreSQL_is_taken_unless_another_that_is_there_made_the_data(string? madeBy, string taken)
    {
        using var versions = new TemporaryFolder();
        foreach (var version in (string[])["9.6", "15", "17"])
        {
            var bin = Directory.CreateDirectory(Path.Combine(versions.Path, version, "bin")).FullName;
            await File.WriteAllTextAsync(Path.Combine(bin, "postgres"), string.Empty, Cancellation);
            await File.WriteAllTextAsync(Path.Combine(bin, "initdb"), string.Empty, Cancellation);
        }

        var folder = await new Binaries("/no/such/folder", versions.Path).PostgresFolderAsync(madeBy, Cancellation);

        Assert.Equal(Path.Combine(versions.Path, taken, "bin"), folder);
    }

    [Theory]
    [InlineData("root:x:0:0::/root:/bin/sh\npostgres:x:101:104::/:/bin/sh\nnobody:x:65534:65534::/:/bin/sh", "101:104")]
    [InlineData("root:x:0:0::/root:/bin/sh\nnobody:x:65534:65534::/:/bin/sh", "65534:65534")]
    public void Root_hands_PostgreSQL_to_postgres_or_else_to_nobody(string passwd, string ids) =>
        Assert.Equal(ids, ServiceUser.Find(passwd.Split('\n')).Ids);
}
