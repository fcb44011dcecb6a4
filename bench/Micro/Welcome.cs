using System.Text.Json;
using System.Text.Json.Serialization;

namespace FunctionJobs.Bench;

/// <summary>The benchmarks' job, with the arguments of a welcome mail.</summary>
internal sealed record Welcome(int UserId, string Email, string Name) : IJob
{
    public static string JobName => "welcome";

    public static JobQueue Queue { get; } = JobQueue.List("bench");
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(Welcome))]
internal sealed partial class WelcomeJson : JsonSerializerContext;
