using System.Reflection;
using Microsoft.Azure.Functions.Worker;

namespace FunctionJobs.Emulator.Tests;

/// <summary>
/// PublicSurface.txt holds the signatures of the real packages, for the types that the emulator supplies. What compiles
/// against the emulator must compile against them, so the emulator may have less than the list and nothing beside it.
/// </summary>
public sealed class PublicSurfaceTests
{
    private static readonly HashSet<string> Real = Read();

    public static TheoryData<string> Emulated() => new(typeof(FunctionContext).Assembly.GetExportedTypes().SelectMany(Surface.Describe));

    [Theory]
    [MemberData(nameof(Emulated))]
    public void The_real_packages_have(string signature) => Assert.Contains(signature, Real);

    [Fact]
    public void Every_type_of_the_list_is_supplied()
    {
        HashSet<string> emulated = [.. Emulated().Select(row => row.Data)];
        Assert.DoesNotContain(Real, line => !line.StartsWith(' ') && !emulated.Contains(line));
    }

    private static HashSet<string> Read()
    {
        using var reader = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream("PublicSurface.txt")!);
        var lines = new HashSet<string>();
        var type = "";
        while (reader.ReadLine() is { } line)
        {
            if (line.Length == 0 || line.StartsWith('#'))
            {
                continue;
            }

            if (!line.StartsWith(' '))
            {
                type = line.Split(' ').First(word => word.Contains('.', StringComparison.Ordinal));
            }

            lines.Add(line.StartsWith(' ') ? $" {type}: {line.Trim()}" : line);
        }

        return lines;
    }
}
