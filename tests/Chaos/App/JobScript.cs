namespace FunctionJobs.Chaos;

/// <summary>What a job's handler does.</summary>
internal enum Deed
{
    /// <summary>Works for some milliseconds.</summary>
    Quick,

    /// <summary>Works for seconds, some longer than the grace at a stop, so that faults find it at work.</summary>
    Long,

    /// <summary>Throws in its first attempts.</summary>
    FailsAtFirst,

    /// <summary>Throws in its first attempts after its effect has been applied.</summary>
    FailsAfterEffect,

    /// <summary>Runs into its timeout once, and stops when its token is cancelled.</summary>
    TimesOut,

    /// <summary>Hangs past its timeout once, and ignores its token.</summary>
    Deaf,

    /// <summary>Says that it can never succeed.</summary>
    Discards,

    /// <summary>Throws in each attempt.</summary>
    NeverSucceeds,

    /// <summary>Kills its process in each attempt.</summary>
    Poison,
}

/// <summary>One job of the run, decided by the seed and its number alone.</summary>
/// <param name="Number">From 0.</param>
/// <param name="Deed">What its handler does.</param>
/// <param name="WorkMs">How long it works.</param>
/// <param name="FailingAttempts">How many attempts fail.</param>
/// <param name="DelayMs">How long after the enqueue it is due; 0 for at once.</param>
/// <param name="Priority">0 to 9.</param>
internal sealed record JobScript(int Number, Deed Deed, int WorkMs, int FailingAttempts, int DelayMs, int Priority)
{
    public const int UsualPriority = 5;

    public string Id => $"job-{Number}";

    /// <summary>Every other job goes through the stream trigger.</summary>
    public bool IsStream => Number % 2 == 1;

    public bool IsDiscardedOnPurpose => Deed is Deed.Discards or Deed.NeverSucceeds or Deed.Poison;

    /// <summary>Ends with its first attempt unless something outside breaks.</summary>
    public bool NeedsOneAttempt => Deed is Deed.Quick or Deed.Long or Deed.Discards;

    /// <summary>Enough for all faults of a run where the job is to succeed: a worker that is killed uses up an attempt.</summary>
    public int MaxAttempts => Deed switch
    {
        Deed.NeverSucceeds => 2,
        Deed.Poison => 3,
        _ => 25,
    };

    public static JobScript Of(ChaosOptions options, int number)
    {
        var random = new Random(unchecked((options.Seed * 1_000_003) + number));
        var isPoison = options is { Plan: ChaosPlan.Everything, Jobs: >= 5000 } && number == options.Jobs / 2;
        var deed = isPoison ? Deed.Poison : Draw(random.Next(1000));
        var work = deed == Deed.Long ? random.Next(1500, 6000) : random.Next(2, 60);
        var failing = random.Next(1, 3);
        var delay = random.Next(100) < 5 ? random.Next(200, 4000) : 0;
        var priority = random.Next(100) < 10 ? random.Next(10) : UsualPriority;
        return new JobScript(number, deed, work, failing, delay, priority);
    }

    private static Deed Draw(int permille) => permille switch
    {
        < 795 => Deed.Quick,
        < 855 => Deed.Long,
        < 915 => Deed.FailsAtFirst,
        < 945 => Deed.FailsAfterEffect,
        < 960 => Deed.TimesOut,
        < 963 => Deed.Deaf,
        < 988 => Deed.Discards,
        _ => Deed.NeverSucceeds,
    };
}
