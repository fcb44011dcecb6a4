namespace FunctionJobs.Samples.Run;

/// <summary>Where things are in the clone that this program was built in.</summary>
internal sealed class Repository
{
    private readonly string root;

    private Repository(string root, string local)
    {
        this.root = root;
        Local = local;
    }

    /// <summary>Data, mails and pictures of the machine's user; not in git.</summary>
    public string Local { get; }

    /// <param name="folder">What <see cref="Local"/> is; null for <c>.local</c> in the clone.</param>
    public static Repository Find(string? folder)
    {
        var above = new DirectoryInfo(AppContext.BaseDirectory);
        while (above is not null && !File.Exists(Path.Combine(above.FullName, "FunctionJobs.sln")))
        {
            above = above.Parent;
        }

        var root = above?.FullName ?? throw new InvalidOperationException($"{AppContext.BaseDirectory} is not in a clone of FunctionJobs.");
        return new Repository(root, folder ?? Path.Combine(root, ".local"));
    }

    /// <summary>The program of another project, built with the same configuration as this one.</summary>
    public string Assembly(string project)
    {
        var output = Path.GetRelativePath(Path.Combine(root, "samples", "Run"), AppContext.BaseDirectory);
        return Path.Combine(root, project, output, $"{Path.GetFileName(project)}.dll");
    }

    /// <summary>A path in <see cref="Local"/> as a person at the terminal would write it.</summary>
    public static string Shown(string path)
    {
        var relative = Path.GetRelativePath(Environment.CurrentDirectory, path);
        return relative.StartsWith("..", StringComparison.Ordinal) ? path : relative;
    }
}
