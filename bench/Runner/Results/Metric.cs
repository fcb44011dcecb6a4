namespace FunctionJobs.Bench;

/// <summary>Something that is measured.</summary>
/// <param name="Key">As the result file has it.</param>
/// <param name="Title">As tables and charts have it.</param>
/// <param name="Unit">jobs/s, ms, MB …</param>
/// <param name="HigherIsBetter">False where less is better.</param>
internal sealed record Metric(string Key, string Title, string Unit, bool HigherIsBetter = false);
