using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;

namespace FunctionJobs.Worker;

/// <summary>A job type that this app runs.</summary>
internal abstract class JobType(string name, JobQueue queue)
{
    public string Name { get; } = name;

    public JobQueue Queue { get; } = queue;

    public JobTypeOptions Options { get; set; } = new();

    /// <summary>Has the serializer look at the type before the first job comes, which takes it tens of milliseconds.</summary>
    public abstract void Prepare(JsonSerializerOptions serializer);

    /// <summary>Reads the arguments.</summary>
    /// <exception cref="JsonException">They do not fit.</exception>
    public abstract IJob ReadArgs(ReadOnlySpan<byte> args, JsonSerializerOptions serializer);

    /// <returns>Whether one of the arguments has that name in JSON.</returns>
    public abstract bool HasArgument(string name, JsonSerializerOptions serializer);

    /// <returns>The result as JSON, or null when the job has none.</returns>
    public abstract Task<byte[]?> RunAsync(IServiceProvider services, IJob job, JobContext context, JsonSerializerOptions serializer);
}

internal abstract class JobType<TJob>() : JobType(TJob.JobName, TJob.Queue)
    where TJob : IJob
{
    public override void Prepare(JsonSerializerOptions serializer)
    {
        // As the serializer's own first use does it: until then, options without a resolver know no type.
        serializer.MakeReadOnly(populateMissingResolver: true);
        serializer.GetTypeInfo(typeof(TJob));
    }

    public override IJob ReadArgs(ReadOnlySpan<byte> args, JsonSerializerOptions serializer) =>
        JsonSerializer.Deserialize<TJob>(args.SequenceEqual("null"u8) && HasNone(serializer) ? "{}"u8 : args, serializer)
            ?? throw new JsonException("The arguments are null.");

    public override bool HasArgument(string name, JsonSerializerOptions serializer) =>
        serializer.GetTypeInfo(typeof(TJob)).Properties.Any(property => property.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    // Of such a type a job says null, or nothing.
    private static bool HasNone(JsonSerializerOptions serializer) => serializer.GetTypeInfo(typeof(TJob)).Properties.Count == 0;
}

internal sealed class JobTypeWithoutResult<TJob, THandler> : JobType<TJob>
    where TJob : IJob
    where THandler : class, IJobHandler<TJob>
{
    public override async Task<byte[]?> RunAsync(IServiceProvider services, IJob job, JobContext context, JsonSerializerOptions serializer)
    {
        await services.GetRequiredService<THandler>().HandleAsync((TJob)job, context);
        return null;
    }
}

internal sealed class JobTypeWithResult<TJob, TResult, THandler> : JobType<TJob>
    where TJob : IJob
    where THandler : class, IJobHandler<TJob, TResult>
{
    public override async Task<byte[]?> RunAsync(IServiceProvider services, IJob job, JobContext context, JsonSerializerOptions serializer)
    {
        var result = await services.GetRequiredService<THandler>().HandleAsync((TJob)job, context);
        try
        {
            return JsonSerializer.SerializeToUtf8Bytes(result, serializer);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            throw new UnwritableResultException(e);
        }
    }
}

/// <summary>A handler's result is nothing that the serializer writes.</summary>
internal sealed class UnwritableResultException(Exception why) : Exception("The result cannot be written as JSON.", why);
