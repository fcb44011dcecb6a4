using StackExchange.Redis;

namespace FunctionJobs.Bench;

/// <summary>
/// The table in which Redis finds its keys. At each doubling of their number Redis moves them to a larger one, a few with each lookup,
/// and is slower until all are moved.
/// </summary>
internal static class KeyTable
{
    private const int Lookups = 50_000;

    private const string Look = "for i = 1, tonumber(ARGV[1]) do redis.call('EXISTS', KEYS[1]) end";

    /// <summary>
    /// Has all keys moved. Each lookup moves those of one place; the table that is left has at most as many places as there are keys.
    /// </summary>
    public static async Task SettleAsync(IDatabase database)
    {
        var places = (long)await database.ExecuteAsync("DBSIZE");
        for (var moved = 0L; moved < places; moved += Lookups)
        {
            await database.ScriptEvaluateAsync(Look, ["bench:none"], [Lookups]);
        }
    }
}
