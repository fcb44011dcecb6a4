namespace FunctionJobs.Tests;

/// <summary>Scripts of the clone in a folder of a test's own, beside programs of the test's that are found before the machine's.</summary>
internal sealed class ScriptCopy : IDisposable
{
    private readonly TemporaryFolder folder = new();

    /// <param name="scripts">Paths from the root on.</param>
    public ScriptCopy(params string[] scripts)
    {
        foreach (var script in scripts)
        {
            var target = PathOf(script);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(Repository.PathOf(script), target);
        }
    }

    /// <summary>A file or a folder in the copy.</summary>
    public string PathOf(string path) => folder.File(Path.Combine("clone", path));

    public async Task WriteAsync(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(path))!);
        await File.WriteAllTextAsync(PathOf(path), text);
    }

    public Task WriteProgramAsync(string name, string script) => StubProgram.WriteAsync(PathOf(""), name, script);

    /// <summary>Runs a command of bash's.</summary>
    /// <param name="workingFolder">Where it is called, from the copy's root on.</param>
    /// <param name="command">The script and its arguments.</param>
    /// <param name="environment">Variables beside the inherited ones.</param>
    public Task<ChildProcess> StartAsync(string workingFolder, string[] command, params (string Name, string Value)[] environment)
    {
        var variables = new Dictionary<string, string?> { ["PATH"] = StubProgram.PathBefore(PathOf("")) };
        foreach (var (name, value) in environment)
        {
            variables[name] = value;
        }

        return ChildProcess.StartAsync(new()
        {
            Program = "bash",
            Arguments = command,
            WorkingFolder = Path.GetFullPath(PathOf(workingFolder)),
            Environment = variables,
        });
    }

    public void Dispose() => folder.Dispose();
}
