namespace FunctionJobs.LocalServices;

/// <summary>Finds the servers' programs on this machine.</summary>
internal sealed class Binaries(string searchPath, string postgresVersionsFolder = "/usr/lib/postgresql")
{
    /// <summary>The programs of this machine.</summary>
    public static Binaries OfThisMachine() => new(Environment.GetEnvironmentVariable("PATH") ?? string.Empty);

    /// <summary>The path of <c>redis-server</c>.</summary>
    public string Redis() => InPath("redis-server")
        ?? throw new LocalServerException("redis-server was not found. Install it with: sudo apt-get install redis-server");

    /// <summary>The folder of <c>postgres</c> and <c>initdb</c>. Debian keeps them out of PATH, one folder for each version.</summary>
    /// <param name="madeBy">The version that made the data, which no other can read: it is taken while it is installed. Null when there are none.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<string> PostgresFolderAsync(string? madeBy, CancellationToken cancellationToken)
    {
        var candidates = new List<string?> { madeBy is null ? null : Path.Combine(postgresVersionsFolder, madeBy, "bin"), InPath("postgres") is { } program ? Path.GetDirectoryName(program) : null };
        if (Directory.Exists(postgresVersionsFolder))
        {
            candidates.AddRange(Directory.GetDirectories(postgresVersionsFolder)
                .OrderByDescending(folder => double.TryParse(Path.GetFileName(folder), out var version) ? version : 0)
                .Select(folder => Path.Combine(folder, "bin")));
        }

        return candidates.FirstOrDefault(IsPostgresFolder)
            ?? await AskPgConfigAsync(cancellationToken)
            ?? throw new LocalServerException("PostgreSQL (postgres and initdb) was not found. Install it with: sudo apt-get install postgresql");
    }

    private static bool IsPostgresFolder(string? folder) =>
        folder is not null && File.Exists(Path.Combine(folder, "postgres")) && File.Exists(Path.Combine(folder, "initdb"));

    private async Task<string?> AskPgConfigAsync(CancellationToken cancellationToken)
    {
        if (InPath("pg_config") is not { } program)
        {
            return null;
        }

        var (code, output) = await GuardedProcess.RunAsync(
            new GuardedProcessOptions { Program = program, Arguments = ["--bindir"] }, cancellationToken);
        var folder = output.Trim();
        return code == 0 && IsPostgresFolder(folder) ? folder : null;
    }

    private string? InPath(string program) => searchPath
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Select(folder => Path.Combine(folder, program))
        .FirstOrDefault(File.Exists);
}
