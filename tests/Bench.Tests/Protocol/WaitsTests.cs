using FunctionJobs.Bench;

namespace FunctionJobs.Tests;

public sealed class WaitsTests
{
    private static readonly TimeSpan Length = TimeSpan.FromMilliseconds(10);

    [Fact]
    public async Task A_wait_is_not_over_before_its_time()
    {
        var waits = new Waits(Length);

        await Task.WhenAll(Enumerable.Range(0, 200).Select(async wait =>
        {
            // Some begin while others wait.
            await Task.Delay(wait % 20, TestContext.Current.CancellationToken);
            var begun = TimeProvider.System.GetTimestamp();
            await waits.OneAsync();
            Assert.True(TimeProvider.System.GetElapsedTime(begun) >= Length, "The wait was shorter.");
        }));
    }

    [Fact]
    public async Task Waits_that_begin_together_end_together()
    {
        var waits = new Waits(TimeSpan.FromSeconds(1));
        var begun = TimeProvider.System.GetTimestamp();

        await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => waits.OneAsync()));

        // One after the other they would take 100 s.
        Assert.InRange(TimeProvider.System.GetElapsedTime(begun), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30));
    }
}
