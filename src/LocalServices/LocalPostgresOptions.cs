namespace FunctionJobs.LocalServices;

/// <summary>How a private PostgreSQL is started.</summary>
public sealed record LocalPostgresOptions
{
    /// <summary>Where its data live and are found again. Default: a temporary folder that is deleted afterwards.</summary>
    public string? Folder { get; init; }

    /// <summary>The port on 127.0.0.1. Default: a free one.</summary>
    public int? Port { get; init; }

    /// <summary>Whether what is committed survives a power failure (fsync). Default: true; tests are faster without.</summary>
    public bool Durable { get; init; } = true;
}
