using System.Text;
using System.Text.Json;
using FunctionJobs.Worker;

namespace FunctionJobs.Tests;

/// <summary>Records as somebody may have left them. The seeds are fixed: every run reads the same.</summary>
public sealed class RecordFuzzTests
{
    private const string Sound =
        """{"enqueued_at":1700000000000,"name":"probe","max_attempts":3,"timeout_ms":1000,"traceparent":"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01","args":{"word":"héllo","n":[1,2,{}]}}""";

    [Fact]
    public void A_constant_part_of_any_bytes_is_read_or_refused_as_JSON_within_a_second()
    {
        var type = new JobTypeWithResult<Probe, string?, ProbeHandler>();
        var random = new Random(20264);
        var read = 0;
        for (var i = 0; i < 40_000; i++)
        {
            var record = Damaged(random);
            var isRead = false;
            InTime.Run(() => isRead = IsRead(record), () => Encoding.Latin1.GetString(record));
            read += isRead ? 1 : 0;
        }

        Assert.InRange(read, 1, 39_999);

        bool IsRead(byte[] record)
        {
            try
            {
                type.ReadArgs(JobEnvelope.Read(record).Args.Span, JsonSerializerOptions.Web);
                return true;
            }
            catch (JsonException)
            {
                return false;
            }
        }
    }

    [Fact]
    public async Task After_a_record_with_a_field_of_any_bytes_the_job_behind_it_runs_within_a_second()
    {
        string[] fields = ["job", "state", "attempt", "lease", "losses", "priority", "expires_at", "keep_result_for", "errors", "cancel_requested", "unknown_since"];
        var random = new Random(20265);
        await using var queue = await TestQueue.CreateAsync();
        var verbs = queue.AsWorker();
        await queue.StartWorkerAsync((job, _) => Task.FromResult<string?>(job.Word));
        for (var i = 0; i < 1000; i++)
        {
            var (field, value) = (fields[random.Next(fields.Length)], Damaged(random));

            var behind = await InTime.RunAsync(() => RunBehindAsync(field, value), () => $"{field} = {Encoding.Latin1.GetString(value)}", tries: 3);

            Assert.Equal("behind", behind);
        }

        await Eventually.EqualAsync(0, () => queue.Database.SortedSetLengthAsync(queue.Keys.Executing), "the jobs still held");
        Assert.Equal(0, await queue.Database.SortedSetLengthAsync(queue.Keys.Available));

        async Task<string?> RunBehindAsync(string field, byte[] value)
        {
            var damaged = await queue.EnqueueAsync("damaged", new() { Delay = TimeSpan.FromHours(1) });
            await queue.Database.HashSetAsync(queue.Keys.Job(damaged.Id), field, value);
            await verbs.MakeDueAsync(damaged.Id);
            await verbs.StageAsync();
            var behind = await queue.EnqueueAsync("behind");
            return await behind.WaitForResultAsync<string>(TimeSpan.FromSeconds(30));
        }
    }

    /// <summary>A sound record with a few bytes changed, cut out, or put in.</summary>
    private static byte[] Damaged(Random random)
    {
        var bytes = Encoding.UTF8.GetBytes(Sound).ToList();
        for (var changes = random.Next(1, 4); changes > 0 && bytes.Count > 0; changes--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(4))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes.RemoveRange(at, Math.Min(random.Next(1, 20), bytes.Count - at));
                    break;
                case 2:
                    bytes.InsertRange(at, "{}[]\",:0-"u8[random.Next(9)..].ToArray());
                    break;
                default:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
            }
        }

        return [.. bytes];
    }
}
