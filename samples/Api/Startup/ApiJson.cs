using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Mvc;

namespace FunctionJobs.Samples.Api;

/// <summary>Everything that goes over the wire.</summary>
[JsonSourceGenerationOptions(System.Text.Json.JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(NewUser))]
[JsonSerializable(typeof(RegisteredUser))]
[JsonSerializable(typeof(AcceptedPost))]
[JsonSerializable(typeof(Post))]
[JsonSerializable(typeof(JobView))]
[JsonSerializable(typeof(HealthView))]
[JsonSerializable(typeof(ProblemDetails))]
[JsonSerializable(typeof(HttpValidationProblemDetails))]
internal sealed partial class ApiJson : JsonSerializerContext;
