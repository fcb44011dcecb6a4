namespace FunctionJobs.Tests;

/// <summary>The files of the clone that these tests were built in.</summary>
public static class Repository
{
    /// <summary>The clone's own folder.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>A full path, of one from the root on.</summary>
    public static string PathOf(string path) => Path.GetFullPath(Path.Combine(Root, path));

    /// <summary>A file's text.</summary>
    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    /// <summary>Whether there is such a file.</summary>
    public static bool Has(string path) => File.Exists(Path.Combine(Root, path));

    /// <summary>Paths of files below a folder, from the root on.</summary>
    public static string[] Files(string folder, string pattern, SearchOption depth = SearchOption.AllDirectories) =>
        [.. Directory.GetFiles(Path.Combine(Root, folder), pattern, depth).Select(file => Path.GetRelativePath(Root, file)).Order(StringComparer.Ordinal)];

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "FunctionJobs.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException($"{AppContext.BaseDirectory} is not in a clone of FunctionJobs.");
    }
}
