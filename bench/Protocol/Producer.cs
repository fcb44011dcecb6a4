using System.Diagnostics;
using System.Globalization;

namespace FunctionJobs.Bench;

/// <summary>
/// A producer as the runner drives it: one command a line on standard input, one answer a line on standard output.
/// <c>ready versions</c>, then <c>enqueue jobs callers</c>, <c>bulk jobs</c> or <c>latency jobs gap spread</c> (ms), each answered by
/// <c>done seconds</c>. It ends with its input.
/// </summary>
public abstract class Producer
{
    /// <summary>Enqueues one job.</summary>
    protected abstract Task EnqueueAsync(int number, string name);

    /// <summary>Enqueues many in the fastest documented way; false where there is none.</summary>
    protected virtual Task<bool> BulkAsync(int jobs) => Task.FromResult(false);

    /// <summary>A command that only this producer knows.</summary>
    protected virtual Task OtherAsync(string[] command) => throw new NotSupportedException($"Unknown command '{command[0]}'.");

    public async Task RunAsync(string versions)
    {
        Console.Out.WriteLine($"ready {versions}");
        while (await Console.In.ReadLineAsync() is { } line)
        {
            var command = line.Split(' ');
            var start = Stopwatch.GetTimestamp();
            var done = true;
            switch (command)
            {
                case ["enqueue", var jobs, var callers]:
                    await CallAsync(Number(jobs), Number(callers), number => EnqueueAsync(number, Arguments.Name));
                    break;
                case ["bulk", var jobs]:
                    done = await BulkAsync(Number(jobs));
                    break;
                case ["latency", var jobs, var gap, var spread]:
                    await EnqueueSlowlyAsync(Number(jobs), Number(gap), Number(spread));
                    break;
                default:
                    await OtherAsync(command);
                    break;
            }

            var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            Console.Out.WriteLine(done ? string.Create(CultureInfo.InvariantCulture, $"done {seconds:0.000000}") : "none");
        }
    }

    protected static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    /// <summary>So many callers that each wait for their call before the next.</summary>
    protected static Task CallAsync(int jobs, int callers, Func<int, Task> call)
    {
        var next = -1;
        return Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Run(async () =>
        {
            while (Interlocked.Increment(ref next) is var number && number < jobs)
            {
                await call(number);
            }
        })));
    }

    private async Task EnqueueSlowlyAsync(int jobs, int gap, int spread)
    {
        for (var number = 0; number < jobs; number++)
        {
            await Task.Delay(gap + Random.Shared.Next(spread + 1));
            await EnqueueAsync(number, Arguments.NowAsName());
        }
    }
}
