namespace FunctionJobs.LocalServices;

/// <summary>What to start, and how to stop it.</summary>
public sealed record GuardedProcessOptions
{
    /// <summary>The program: a path, or a name that is looked up in PATH.</summary>
    public required string Program { get; init; }

    /// <summary>The program's arguments.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>Variables set for the program beside the inherited ones; null removes one.</summary>
    public IReadOnlyDictionary<string, string?> Environment { get; init; } = new Dictionary<string, string?>();

    /// <summary>The folder that the program starts in. Default: this process's own.</summary>
    public string? WorkingFolder { get; init; }

    /// <summary>What asks the program to stop. Default: <see cref="Signal.Terminate"/>.</summary>
    public Signal StopSignal { get; init; } = Signal.Terminate;

    /// <summary>How long the program may take to stop before it is killed; whole seconds. Default: 10 s.</summary>
    public TimeSpan StopGrace { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>A file that takes the program's output. Default: none, the lines go to <see cref="OnLine"/>.</summary>
    public string? LogFile { get; init; }

    /// <summary>Called with each line of standard output and error, from any thread, one call at a time.</summary>
    public Action<string>? OnLine { get; init; }

    /// <summary>A file that is locked while the program runs, so that no two run on the same data.</summary>
    internal string? LockFile { get; init; }

    /// <summary>Whom the program runs as. Default: this process's user.</summary>
    internal ServiceUser? User { get; init; }
}
