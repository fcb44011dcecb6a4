using FunctionJobs.Bench;

namespace FunctionJobs.Tests;

public sealed class ProducerProcessTests
{
    [Fact]
    public async Task A_producer_that_dies_says_why()
    {
        var launch = new Launch("bash", "-c", "echo 'ready 1'; read -r; echo 'under way' >&2; echo 'ConnectionError: refused' >&2; exit 1");
        await using var producer = await ProducerProcess.StartAsync(launch, "");

        var e = await Assert.ThrowsAsync<BenchException>(() => producer.RunAsync("enqueue 10 10"));

        Assert.Equal("the producer did not do 'enqueue 10 10': it ended: ConnectionError: refused", e.Message);
    }
}
