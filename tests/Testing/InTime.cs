using System.Diagnostics;

namespace FunctionJobs.Tests;

/// <summary>
/// What must be done with one input within a second. Where an input goes through servers and other processes, a machine that stands still
/// would be taken for a hang: there what was slow may be done again, since a pause does not come back with the same input, a hang does.
/// </summary>
public static class InTime
{
    /// <summary>The longest that one input may take.</summary>
    public static readonly TimeSpan AtMost = TimeSpan.FromSeconds(1);

    /// <summary>Does it, and again while it is slow.</summary>
    /// <param name="work">Must bear being repeated where it is, even beside a try that was given up. What it throws comes through.</param>
    /// <param name="input">Names the input, for the message.</param>
    /// <param name="tries">How often at most.</param>
    /// <exception cref="TimeoutException">It was slow each time.</exception>
    public static async Task<T> RunAsync<T>(Func<Task<T>> work, Func<string> input, int tries = 1)
    {
        ArgumentNullException.ThrowIfNull(work);
        for (var left = tries; left > 0; left--)
        {
            var done = work();
            if (await Task.WhenAny(done, Task.Delay(AtMost)) == done)
            {
                return await done;
            }
        }

        throw Slow(input, tries);
    }

    /// <summary>The same, once, for work that cannot be given up: it is waited for, and measured.</summary>
    public static void Run(Action work, Func<string> input)
    {
        ArgumentNullException.ThrowIfNull(work);
        var started = Stopwatch.GetTimestamp();
        work();
        if (Stopwatch.GetElapsedTime(started) > AtMost)
        {
            throw Slow(input, 1);
        }
    }

    private static TimeoutException Slow(Func<string> input, int times) =>
        new($"It took more than {AtMost.TotalSeconds:0} s, {times} times: {input()}");
}
