namespace FunctionJobs.Samples.Run;

/// <summary>What stands behind <c>./run</c>.</summary>
/// <param name="Demo">One round instead of staying until Ctrl+C.</param>
/// <param name="Folder">Where the data are kept; null for <c>.local</c> in the clone.</param>
internal sealed record Arguments(bool Demo = false, string? Folder = null)
{
    public const string Usage = """
        Usage: ./run [demo] [--folder FOLDER]
          ./run         starts everything and stays until Ctrl+C
          ./run demo    one round: a user gets a welcome mail, a photo is resized
          --folder      keeps the data, mails and pictures there instead of in .local
        """;

    /// <returns>Null for anything that is not in <see cref="Usage"/>.</returns>
    public static Arguments? Parse(string[] args) => args switch
    {
        [] => new Arguments(),
        ["demo", .. var rest] when Parse(rest) is { Demo: false } others => others with { Demo = true },
        ["--folder", { Length: > 0 } folder, .. var rest] when Parse(rest) is { Folder: null } others => others with { Folder = Path.GetFullPath(folder) },
        _ => null,
    };
}
