using StackExchange.Redis;

namespace FunctionJobs.Worker;

/// <summary>An attempt that has ended and waits to be written.</summary>
internal readonly record struct Finish(LeasedJob Job, Outcome Outcome)
{
    public static bool[] Counted(RedisResult reply) => Array.ConvertAll((long[])reply!, one => one == 1);
}
