namespace FunctionJobs.Tests;

public sealed class JobIdTests
{
    [Fact]
    public async Task Ids_are_UUIDs_of_version_7_with_the_time_in_front_and_no_two_are_alike()
    {
        var before = DateTimeOffset.FromUnixTimeMilliseconds(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds());

        var made = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(
            () => Enumerable.Range(0, 20_000).Select(_ => JobId.New()).ToList())));

        var ids = made.SelectMany(id => id).ToList();
        Assert.Equal(ids.Count, ids.Distinct().Count());
        Assert.All(ids.Take(1000), id =>
        {
            Assert.True(JobId.IsMadeHere(id));
            var uuid = Guid.ParseExact(id, "N");
            Assert.Equal((7, 8), (uuid.Version, uuid.Variant & 0xC));
            var time = DateTimeOffset.FromUnixTimeMilliseconds(Convert.ToInt64(id[..12], 16));
            Assert.InRange(time, before, before + TimeSpan.FromMinutes(5));
        });
    }
}
