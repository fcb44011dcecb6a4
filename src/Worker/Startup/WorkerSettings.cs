using System.Text.Json;

namespace FunctionJobs.Worker;

/// <summary>What the worker takes from outside itself: time, chance, and how arguments are read and results written.</summary>
internal sealed record WorkerSettings(TimeProvider Time, Random Random, JsonSerializerOptions Serializer);
