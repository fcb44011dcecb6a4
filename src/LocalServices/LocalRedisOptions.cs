namespace FunctionJobs.LocalServices;

/// <summary>How a private Redis is started.</summary>
public sealed record LocalRedisOptions
{
    /// <summary>Where its data live and are found again. Default: a temporary folder that is deleted afterwards.</summary>
    public string? Folder { get; init; }

    /// <summary>The port on 127.0.0.1. Default: a free one.</summary>
    public int? Port { get; init; }

    /// <summary>
    /// More arguments of redis-server, such as <c>--maxmemory 10mb</c> (two items) or <c>--cluster-enabled yes</c>. They come
    /// last and so win over the defaults: append-only file on, fsync every second, no eviction, no snapshots.
    /// </summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>Listen with TLS only. The certificate's files are given in <see cref="Arguments"/>.</summary>
    public bool Tls { get; init; }
}
