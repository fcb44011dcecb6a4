namespace FunctionJobs.Samples.Run;

/// <summary>Where things are in the clone that this program was built in.</summary>
internal sealed class Repository
{
    private readonly string root;

    private Repository(string root) => this.root = root;

    /// <summary>Data, mails and pictures of the machine's user; not in git.</summary>
    public string Local => Path.Combine(root, ".local");

    public static Repository Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "FunctionJobs.sln")))
            folder = folder.Parent;
        return new Repository(folder?.FullName ?? throw new InvalidOperationException($"{AppContext.BaseDirectory} is not in a clone of FunctionJobs."));
    }

    /// <summary>The program of another project, built with the same configuration as this one.</summary>
    public string Assembly(string project)
    {
        var output = Path.GetRelativePath(Path.Combine(root, "samples", "Run"), AppContext.BaseDirectory);
        return Path.Combine(root, project, output, $"{Path.GetFileName(project)}.dll");
    }
}
