using FunctionJobs.Worker;
using StackExchange.Redis;

namespace FunctionJobs.Tests;

/// <summary>What a worker does that waits for a job, step by step.</summary>
internal static class Offering
{
    /// <summary>Fetches nothing, and so makes an offer where the worker's channel has a listener.</summary>
    public static async Task<Offer> OfferAsync(this TestQueue queue, WorkerQueue worker, TimeSpan? validFor = null)
    {
        var offer = Offer.Make(worker, TimeProvider.System.GetTimestamp(), validFor ?? TimeSpan.FromMinutes(1));
        Assert.Equal(0, await queue.Database.SortedSetLengthAsync(queue.Keys.Available));
        await Fetch.RunAsync(worker, 1, 0, null, offer);
        return offer;
    }

    public static Task WaitForOffersAsync(this TestQueue queue, long count) =>
        Eventually.EqualAsync(count, () => queue.Database.SortedSetLengthAsync(queue.Keys.Offers), "the offers");

    /// <summary>Listens on the worker's channel, with a connection of its own.</summary>
    public static async Task<ConnectionMultiplexer> ListenAsync(this TestQueue queue, WorkerQueue worker, Action<RedisValue>? heard = null)
    {
        var connection = await ConnectionMultiplexer.ConnectAsync(queue.Redis.Configuration);
        await connection.GetSubscriber().SubscribeAsync(RedisChannel.Literal(worker.Channel), (_, message) => heard?.Invoke(message));
        return connection;
    }
}
