using FunctionJobs.Bench;

namespace FunctionJobs.Tests;

public sealed class ProcessUseTests
{
    [Fact]
    public async Task The_memory_of_one_process_does_not_shrink_when_others_map_the_same_files()
    {
        await using var meter = await Meter.StartAsync();
        var producer = new Launch("dotnet", BenchPrograms.PathOf("Producer"));
        await using var measured = await ProducerProcess.StartAsync(producer, meter.Redis);
        await measured.RunAsync("enqueue 100 10");
        var alone = ProcessUse.Of([measured.Id]).MemoryMegabytes;

        await using var second = await ProducerProcess.StartAsync(producer, meter.Redis);
        await using var third = await ProducerProcess.StartAsync(producer, meter.Redis);
        var beside = ProcessUse.Of([measured.Id]).MemoryMegabytes;

        // Left alone it may give back a little.
        Assert.InRange(beside, alone - 1, double.MaxValue);
        // Of all three what they share counts once.
        Assert.InRange(ProcessUse.Of([measured.Id, second.Id, third.Id]).MemoryMegabytes, 0, 2.5 * alone);
    }
}
