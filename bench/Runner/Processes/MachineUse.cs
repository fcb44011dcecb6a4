using System.Globalization;

namespace FunctionJobs.Bench;

/// <summary>What all cores have done since the machine's start, in ticks, read from /proc/stat.</summary>
/// <param name="Busy">Ticks in which a core ran something, for other machines of the same host too.</param>
/// <param name="All">All ticks.</param>
internal readonly record struct MachineUse(double Busy, double All)
{
    /// <summary>How much of all cores was used, in percent.</summary>
    public double Percent => Busy / All * 100;

    public static MachineUse Read() => Read(File.ReadLines("/proc/stat").First());

    /// <param name="line">The file's first line: cpu, then user, nice, system, idle, iowait, irq, softirq, steal, and what user has counted already.</param>
    public static MachineUse Read(string line)
    {
        double[] ticks =
        [
            .. line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1..9].Select(text => double.Parse(text, CultureInfo.InvariantCulture)),
        ];
        return new MachineUse(ticks.Sum() - ticks[3] - ticks[4], ticks.Sum());
    }

    public static MachineUse operator -(MachineUse later, MachineUse earlier) => new(later.Busy - earlier.Busy, later.All - earlier.All);
}
