namespace FunctionJobs.Bench;

/// <summary>Enqueues one by one and in bulk, each time into an empty server, with nobody taking.</summary>
internal sealed class EnqueueMeasurement(Sizes sizes) : IMeasurement
{
    public string Name => "enqueue";

    public bool Suits(BenchSystem system) => !system.IsVariant;

    public async Task RunAsync(BenchSystem system, Samples samples)
    {
        await using var station = await Station.OpenAsync(system);
        await using var producer = await station.StartProducerAsync();
        await producer.RunAsync($"enqueue {sizes.WarmUpOf(system)} 10");
        await producer.RunAsync($"bulk {sizes.WarmUpBulk}");

        var before = await EmptyAsync(station);
        var cpu = ProcessUse.Of([producer.Id]).CpuSeconds;
        var seconds = await producer.RunAsync($"enqueue {sizes.Enqueue} 10");
        cpu = ProcessUse.Of([producer.Id]).CpuSeconds - cpu;
        var used = await station.ReadRedisAsync() - before;
        samples.Add(Metrics.Enqueue10, system, sizes.Enqueue / seconds!.Value);

        await EmptyAsync(station);
        seconds = await producer.RunAsync($"enqueue {sizes.Enqueue} 50");
        samples.Add(Metrics.Enqueue50, system, sizes.Enqueue / seconds!.Value);

        await EmptyAsync(station);
        seconds = await producer.RunAsync($"bulk {sizes.Bulk}");
        if (seconds is not null)
        {
            samples.Add(Metrics.Bulk, system, sizes.Bulk / seconds.Value);
        }

        samples.Add(Metrics.EnqueueCommands, system, used.Commands / sizes.Enqueue);
        samples.Add(Metrics.EnqueueBytes, system, (used.BytesIn + used.BytesOut) / sizes.Enqueue);
        samples.Add(Metrics.EnqueueCpu, system, cpu / sizes.Enqueue * 1000);
        samples.Add(Metrics.WaitingBytes, system, used.Memory / sizes.Enqueue);
    }

    // Redis moves all its keys to a larger table at each doubling of their number; the jobs before would say in whose measurement.
    private static async Task<RedisReading> EmptyAsync(Station station)
    {
        await station.Server.FlushAllDatabasesAsync();
        return await station.ReadRedisAsync();
    }
}
