using System.Text;
using System.Text.Json;
using BenchmarkDotNet.Attributes;
using FunctionJobs.Worker;

namespace FunctionJobs.Bench;

/// <summary>What the client does with a job as JSON: written by an enqueue, read by a worker, with metadata by reflection or generated.</summary>
[MemoryDiagnoser]
public class JobJsonBenchmarks
{
    private readonly NewJob job = NewJob.Of(new Welcome(Arguments.Id(1), Arguments.Email(1), Arguments.Name));
    private readonly JobType type = new JobTypeWithoutResult<Welcome, IJobHandler<Welcome>>();
    private JsonSerializerOptions serializer = null!;
    private byte[] record = null!;

    [Params(false, true)]
    public bool Generated { get; set; }

    [GlobalSetup]
    public void Prepare()
    {
        serializer = new(JsonSerializerDefaults.Web);
        if (Generated)
        {
            serializer.TypeInfoResolver = WelcomeJson.Default;
        }

        record = [.. Encoding.UTF8.GetBytes("{\"enqueued_at\":1790000000000,"), .. JobEntryWriter.Write(job, serializer).Constant.Span];
    }

    [Benchmark(Description = "write what an enqueue sends")]
    public int Write() => JobEntryWriter.Write(job, serializer).Constant.Length;

    [Benchmark(Description = "read a record")]
    public int Read() => JobEnvelope.Read(record).Args.Length;

    [Benchmark(Description = "read a record and its arguments")]
    public object ReadAll() => type.ReadArgs(JobEnvelope.Read(record).Args.Span, serializer);
}
