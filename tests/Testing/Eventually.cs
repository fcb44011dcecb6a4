using System.Diagnostics;

namespace FunctionJobs.Tests;

/// <summary>Assertions about what will be true soon. They ask again until it is, instead of sleeping for a guessed time.</summary>
public static class Eventually
{
    /// <summary>How long an assertion waits unless told: 30 s, for a slow machine; a passing test needs far less.</summary>
    public static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    /// <summary>Waits until a condition holds.</summary>
    /// <param name="condition">Asked every 10 ms. When it throws, it does not hold; the last error is kept for the message.</param>
    /// <param name="what">Completes the sentence "Not within 30 s: …".</param>
    /// <param name="timeout">Default: <see cref="DefaultTimeout"/>.</param>
    /// <exception cref="TimeoutException">It did not hold in time.</exception>
    public static async Task TrueAsync(Func<Task<bool>> condition, string what, TimeSpan? timeout = null)
    {
        ArgumentNullException.ThrowIfNull(condition);
        var clock = Stopwatch.StartNew();
        var limit = timeout ?? DefaultTimeout;
        while (true)
        {
            Exception? error = null;
            try
            {
                if (await condition())
                {
                    return;
                }
            }
#pragma warning disable CA1031 // Whatever the condition throws, a server that is just restarting for one, means "not yet".
            catch (Exception e)
#pragma warning restore CA1031
            {
                error = e;
            }

            if (clock.Elapsed > limit)
            {
                throw new TimeoutException($"Not within {limit.TotalSeconds:0.###} s: {what}{(error is null ? "." : $" ({error.Message})")}", error);
            }

            await Task.Delay(Pause);
        }
    }

    /// <inheritdoc cref="TrueAsync(Func{Task{bool}}, string, TimeSpan?)" />
    public static Task TrueAsync(Func<bool> condition, string what, TimeSpan? timeout = null) =>
        TrueAsync(() => Task.FromResult(condition()), what, timeout);

    /// <summary>Waits until a value is the expected one; the message says what it was last.</summary>
    /// <param name="expected">The value waited for.</param>
    /// <param name="actual">Asked every 10 ms.</param>
    /// <param name="what">Names the value.</param>
    /// <param name="timeout">Default: <see cref="DefaultTimeout"/>.</param>
    /// <exception cref="TimeoutException">It was not equal in time.</exception>
    public static async Task EqualAsync<T>(T expected, Func<Task<T>> actual, string what, TimeSpan? timeout = null)
    {
        var last = default(T);
        try
        {
            await TrueAsync(
                async () =>
                {
                    last = await actual();
                    return EqualityComparer<T>.Default.Equals(expected, last);
                },
                what,
                timeout);
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"{e.Message} Expected {expected}, was {last}.", e);
        }
    }
}
