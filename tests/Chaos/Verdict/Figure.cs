namespace FunctionJobs.Chaos;

/// <summary>One line of the verdict.</summary>
/// <param name="Name">What was measured.</param>
/// <param name="Value">The figure.</param>
/// <param name="Most">What it may be at most, or null when nothing is demanded of it.</param>
/// <param name="Unit">Of the figure.</param>
internal sealed record Figure(string Name, double? Value, double? Most = null, string Unit = "")
{
    /// <summary>A figure that something is demanded of and that could not be measured does not hold.</summary>
    public bool Holds => Most is null || Value <= Most;
}
