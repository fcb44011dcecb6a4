using System.ComponentModel.DataAnnotations;

namespace FunctionJobs.Worker;

/// <summary>How the jobs of one type are run. What an enqueue says about its own job goes before this.</summary>
public sealed class JobTypeOptions
{
    /// <summary>How many attempts a job gets, 1 to 1,000; 3 by default.</summary>
    [Range(1, 1000)]
    public int MaxAttempts { get; set; } = 3;

    /// <summary>How long one attempt may take, 1 ms to 24 h; 300 s by default.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "1.00:00:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(300);

    /// <summary>How long record and result are kept after the end, 0 to 365 days; 3,600 s by default.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "365.00:00:00")]
    public TimeSpan KeepResultFor { get; set; } = TimeSpan.FromSeconds(3600);

    /// <summary>The wait after the first failed attempt, 0 to 1 day; 5 s by default. It doubles with each further attempt.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan BackoffBase { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>The longest wait between attempts, 0 to 7 days; 1 h by default.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "7.00:00:00")]
    public TimeSpan BackoffMax { get; set; } = TimeSpan.FromHours(1);

    /// <summary>How much of each wait is drawn at random, 0 (none) to 1 (all of it); 0.2 by default, so that jobs that failed together do not return together.</summary>
    [Range(0.0, 1.0)]
    public double BackoffJitter { get; set; } = 0.2;
}
