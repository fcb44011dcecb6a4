namespace FunctionJobs.Worker;

/// <summary>
/// Workers that were not on their channels while Redis was well within reach. When it is not for a moment, all are away, and it takes
/// them seconds to return: who was missing before need not be waited for.
/// </summary>
internal sealed class Absences
{
    private string[] seen = [];

    /// <summary>Those that were missing twice in a row. Once may be a moment in which a server drops one connection after the other.</summary>
    public IReadOnlyCollection<string> Suspects { get; private set; } = [];

    /// <summary>Whether some were missing the last time only, so that it is worth to look again soon.</summary>
    public bool AreInDoubt => seen.Length > Suspects.Count;

    /// <param name="absent">Who is missing.</param>
    /// <param name="isSteady">Whether Redis was well within reach before and after.</param>
    public void Saw(string[] absent, bool isSteady)
    {
        Suspects = [.. (isSteady ? seen : Suspects).Intersect(absent, StringComparer.Ordinal)];
        seen = isSteady ? absent : [.. Suspects];
    }
}
