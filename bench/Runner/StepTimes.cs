using System.Globalization;

namespace FunctionJobs.Bench;

/// <summary>How long the steps of a run took, so that whoever shortens it knows where.</summary>
internal sealed class StepTimes
{
    private readonly Dictionary<(string Measurement, string System), double> seconds = [];

    public void Add(string measurement, string system, double took) =>
        seconds[(measurement, system)] = seconds.GetValueOrDefault((measurement, system)) + took;

    public void Print()
    {
        Console.WriteLine($"\nTook {Text(seconds.Values.Sum())}, of this:");
        foreach (var measurement in seconds.GroupBy(step => step.Key.Measurement))
        {
            var systems = measurement.Select(step => $"{step.Key.System} {Text(step.Value)}");
            Console.WriteLine($"  {measurement.Key} {Text(measurement.Sum(step => step.Value))}: {string.Join(", ", systems)}");
        }
    }

    private static string Text(double seconds) => string.Create(CultureInfo.InvariantCulture, $"{seconds:0} s");
}
