using System.Diagnostics;
using FunctionJobs.Functions;

namespace FunctionJobs.Tests.PostImage;

/// <summary>
/// Counts the photos that are decoded at a time for this test, by their spans. Each is held at its beginning until as many as
/// expected have begun, and a while longer, in which no other may begin.
/// </summary>
internal sealed class DecodingWatch : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan OneMoreWithin = TimeSpan.FromMilliseconds(300);

    private readonly Activity caller = new Activity("caller").Start();
    private readonly TaskCompletionSource begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock changing = new();
    private readonly ActivityListener listener;
    private int decoding;

    /// <param name="expected">How many are to be decoded at a time; 0: none is held.</param>
    public DecodingWatch(int expected = 0)
    {
        // Made before it is asked about: while it is being made, Telemetry.Source is still null.
        var source = Telemetry.Source;
        listener = new ActivityListener
        {
            ShouldListenTo = one => one == source,
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStarted = activity =>
            {
                if (IsDecoding(activity))
                {
                    Begin(expected);
                }
            },
            ActivityStopped = activity =>
            {
                if (IsDecoding(activity))
                {
                    Change(-1);
                }
            },
        };
        ActivitySource.AddActivityListener(listener);
    }

    /// <summary>Ends when the first has begun.</summary>
    public Task Begun => begun.Task;

    public int MostAtOnce { get; private set; }

    public void Dispose()
    {
        listener.Dispose();
        caller.Stop();
    }

    private bool IsDecoding(Activity activity) => activity.OperationName == "resize image" && activity.TraceId == caller.TraceId;

    private void Begin(int expected)
    {
        Change(1);
        begun.TrySetResult();
        if (expected > 0)
        {
            SpinWait.SpinUntil(() => MostAtOnce >= expected, Patience);
            SpinWait.SpinUntil(() => MostAtOnce > expected, OneMoreWithin);
        }
    }

    private void Change(int by)
    {
        lock (changing)
        {
            decoding += by;
            MostAtOnce = Math.Max(MostAtOnce, decoding);
        }
    }
}
