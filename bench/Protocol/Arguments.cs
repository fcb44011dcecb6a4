using System.Globalization;

namespace FunctionJobs.Bench;

/// <summary>The three arguments of every job: as JSON about 100 bytes.</summary>
public static class Arguments
{
    public static int Id(int number) => 100_000 + number;

    public static string Email(int number) => string.Create(CultureInfo.InvariantCulture, $"customer.{Id(number)}@post.example.com");

    public static string Name => "Maria Magdalena Mustermann";

    /// <summary>Stands in place of the name where latency is measured.</summary>
    public static string NowAsName() => Clock.Microseconds().ToString(CultureInfo.InvariantCulture);
}
