namespace FunctionJobs.LocalServices;

/// <summary>Which servers are started, and where.</summary>
public sealed record LocalServersOptions
{
    /// <summary>Holds a folder for each server. Default: temporary folders that are deleted afterwards.</summary>
    public string? Folder { get; init; }

    /// <summary>Whether Redis is wanted. Default: true.</summary>
    public bool Redis { get; init; } = true;

    /// <summary>Whether PostgreSQL is wanted. Default: true.</summary>
    public bool Postgres { get; init; } = true;

    /// <summary>Whether PostgreSQL's data survive a power failure (fsync). Default: true; tests are faster without.</summary>
    public bool Durable { get; init; } = true;

    /// <summary>
    /// A server that the user has named in the variables <c>Redis</c> or <c>Postgres</c> is used, and none started.
    /// Default: this process's variables.
    /// </summary>
    public Func<string, string?> Variable { get; init; } = Environment.GetEnvironmentVariable;
}
