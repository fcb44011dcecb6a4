namespace FunctionJobs.Bench;

/// <summary>A job queue that is measured: how its producer and its worker are started.</summary>
internal sealed record BenchSystem
{
    /// <summary>As <c>bench/run</c> takes it.</summary>
    public required string Name { get; init; }

    /// <summary>As tables and charts show it.</summary>
    public required string Title { get; init; }

    public required Launch Producer { get; init; }

    /// <summary>How a worker is started that runs so many jobs at a time.</summary>
    public required Func<int, Launch> Worker { get; init; }

    /// <summary>Whether it is this project: then it can do more than the protocol's common part.</summary>
    public bool IsOurs { get; init; }

    /// <summary>Whether it is measured in everything, or in a few things only to show a difference.</summary>
    public bool IsVariant { get; init; }

    /// <summary>Whether it is a variant that differs only when it has nothing to do, and is measured in that.</summary>
    public bool DiffersIdle { get; init; }

    /// <summary>Whether it runs so few jobs a second that a smaller number shows its rate.</summary>
    public bool IsSlow { get; init; }

    /// <summary>Whether several worker processes are worth measuring: one does not use the machine up.</summary>
    public bool IsFast { get; init; }
}

/// <summary>A program, its arguments, and variables beside those of the protocol.</summary>
internal sealed record Launch(string Program, params IReadOnlyList<string> Arguments)
{
    public string? Folder { get; init; }

    public IReadOnlyDictionary<string, string?> Environment { get; init; } = new Dictionary<string, string?>();
}
