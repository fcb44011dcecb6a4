using System.Text.Json;
using System.Text.Json.Serialization;

namespace FunctionJobs.Bench;

/// <summary>What the compiler generates where reflection would look.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(Welcome))]
internal sealed partial class WelcomeJson : JsonSerializerContext;
