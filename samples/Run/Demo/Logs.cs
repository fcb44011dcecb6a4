namespace FunctionJobs.Samples.Run;

/// <summary>What the apps say, kept out of the demo's way: a file each, of the last demo only.</summary>
internal sealed class Logs : IDisposable
{
    private const int Tail = 25;

    private readonly Lock gate = new();
    private readonly string folder;
    private readonly Dictionary<string, StreamWriter> files = [];

    public Logs(Repository repository) => folder = Directory.CreateDirectory(Path.Combine(repository.Local, "logs")).FullName;

    public void Write(string app, string line)
    {
        lock (gate)
        {
            if (!files.TryGetValue(app, out var file))
            {
                files[app] = file = new StreamWriter(PathOf(app), append: false) { AutoFlush = true };
            }

            file.WriteLine(line);
        }
    }

    public string Describe()
    {
        lock (gate)
        {
            return string.Join(", ", files.Keys.Select(app => Repository.Shown(PathOf(app))));
        }
    }

    /// <summary>The last lines of each.</summary>
    public void ShowEnds(TextWriter output)
    {
        Dispose();
        foreach (var app in files.Keys)
        {
            output.WriteLine();
            output.WriteLine($"The last lines of {Repository.Shown(PathOf(app))}:");
            foreach (var line in File.ReadLines(PathOf(app)).TakeLast(Tail))
            {
                output.WriteLine($"  {app,-9} | {line}");
            }
        }
    }

    public void Dispose()
    {
        lock (gate)
        {
            foreach (var file in files.Values)
            {
                file.Dispose();
            }
        }
    }

    private string PathOf(string app) => Path.Combine(folder, $"{app}.log");
}
