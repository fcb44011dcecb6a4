using System.Diagnostics;

namespace FunctionJobs.Tests;

/// <summary>
/// What must be done with one input within a second. A machine may stand still for longer than that, so what was slow is done
/// again, twice at most: a pause does not come back with the same input, a hang does.
/// </summary>
public static class InTime
{
    /// <summary>The longest that one input may take.</summary>
    public static readonly TimeSpan AtMost = TimeSpan.FromSeconds(1);

    private const int Tries = 3;

    /// <summary>Does it, and again while it is slow.</summary>
    /// <param name="work">Must bear being repeated, even beside a try that was given up. What it throws comes through.</param>
    /// <param name="input">Names the input, for the message.</param>
    /// <exception cref="TimeoutException">It was slow each time.</exception>
    public static async Task<T> RunAsync<T>(Func<Task<T>> work, Func<string> input)
    {
        ArgumentNullException.ThrowIfNull(work);
        for (var left = Tries; left > 0; left--)
        {
            var done = work();
            if (await Task.WhenAny(done, Task.Delay(AtMost)) == done)
                return await done;
        }

        throw Slow(input);
    }

    /// <summary>The same for work that cannot be given up: it is waited for, and measured.</summary>
    public static void Run(Action work, Func<string> input)
    {
        ArgumentNullException.ThrowIfNull(work);
        for (var left = Tries; left > 0; left--)
        {
            var started = Stopwatch.GetTimestamp();
            work();
            if (Stopwatch.GetElapsedTime(started) <= AtMost)
                return;
        }

        throw Slow(input);
    }

    private static TimeoutException Slow(Func<string> input) =>
        new($"It took more than {AtMost.TotalSeconds:0} s, {Tries} times: {input()}");
}
