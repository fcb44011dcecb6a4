using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace FunctionJobs.Tests;

/// <summary>What the meter <c>FunctionJobs</c> says of one queue, from here on. Who else uses it in this process has other queues.</summary>
public sealed class Metered : IDisposable
{
    private readonly MeterListener listener = new();
    private readonly ConcurrentQueue<(string Instrument, double Value)> measured = new();

    /// <summary>Begins to listen.</summary>
    /// <param name="queue">The queue's name.</param>
    public Metered(string queue)
    {
        listener.InstrumentPublished = (instrument, one) =>
        {
            if (instrument.Meter.Name == "FunctionJobs")
            {
                one.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Take(instrument, value, tags));
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Take(instrument, value, tags));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Take(instrument, value, tags));
        listener.Start();

        void Take(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            string? of = null, move = null;
            foreach (var (name, tag) in tags)
            {
                if (name == "queue")
                {
                    of = (string?)tag;
                }

                if (name == "move")
                {
                    move = (string?)tag;
                }
            }

            if (of == queue)
            {
                measured.Enqueue((move ?? Short(instrument), value));
            }
        }
    }

    /// <summary>
    /// All that was counted, as <c>completed 1, started 1</c>: moves by their names, the enqueuer's as <c>enqueued</c> and
    /// <c>cancelled before start</c>, in the order of the alphabet.
    /// </summary>
    public string Counted
    {
        get
        {
            var counts = measured
                .Where(one => !one.Instrument.Contains('.', StringComparison.Ordinal))
                .GroupBy(one => one.Instrument)
                .OrderBy(one => one.Key, StringComparer.Ordinal);
            return string.Join(", ", counts.Select(one => $"{one.Key} {one.Sum(of => of.Value)}"));
        }
    }

    /// <summary>What was recorded by an instrument, without the <c>functionjobs.</c> before its name.</summary>
    public double[] Recorded(string instrument) => [.. measured.Where(one => one.Instrument == instrument).Select(one => one.Value)];

    /// <summary>What an instrument shows at this moment; null: nothing of this queue.</summary>
    public double? Shown(string instrument)
    {
        measured.Clear();
        listener.RecordObservableInstruments();
        return Recorded(instrument) is [.., var last] ? last : null;
    }

    public void Dispose() => listener.Dispose();

    private static string Short(Instrument instrument) => instrument.Name == "functionjobs.cancelled"
        ? "cancelled before start"
        : instrument.Name["functionjobs.".Length..];
}
