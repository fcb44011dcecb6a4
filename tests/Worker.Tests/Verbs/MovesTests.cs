using CsCheck;
using FunctionJobs.Worker;

namespace FunctionJobs.Tests;

/// <summary>Random sequences of moves by several workers, held against a model: no job lost, none final twice, no move that is not allowed.</summary>
public sealed class MovesTests
{
    private const int Jobs = 4;
    private const int Workers = 3;

    private enum Move
    {
        Enqueue,
        EnqueueLater,
        Fetch,
        Claim,
        Complete,
        Retry,
        Discard,
        Release,
        Postpone,
        CancelLeased,
        Cancel,
        Requeue,
        LoseLease,
        MakeDue,
        Renew,
        Prune,
    }

    private static readonly string[] Ends = ["completed", "discarded", "cancelled", "expired"];

    private static readonly Gen<(Move Move, int Job, int Worker)[]> Sequences = Gen.Select(
        Gen.Int[0, (int)Move.Prune].Select(move => (Move)move), Gen.Int[0, Jobs - 1], Gen.Int[0, Workers - 1],
        (move, job, worker) => (move, job, worker)).Array[20, 60];

    [Theory]
    [InlineData(Doorbell.List)]
    [InlineData(Doorbell.Stream)]
    public async Task No_sequence_of_moves_loses_a_job_ends_one_twice_or_makes_a_move_that_is_not_allowed(Doorbell doorbell) =>
        await Sequences.SampleAsync(
            async sequence =>
            {
                await using var run = await Run.StartAsync(doorbell);
                foreach (var (move, job, worker) in sequence)
                {
                    await run.MakeAsync(move, job, worker);
                    await run.CheckAsync($"{move} of job {job} by worker {worker}");
                }

                await run.DrainAsync();
            },
            iter: 60,
            threads: 1);

    /// <summary>One queue, its workers with the leases they believe to hold, and what each job's state was at the last look.</summary>
    private sealed class Run(TestQueue queue) : IAsyncDisposable
    {
        private readonly WorkerQueue[] workers = [.. Enumerable.Range(0, Workers).Select(_ => queue.AsWorker())];
        private readonly List<LeasedJob>[] leases = [.. Enumerable.Range(0, Workers).Select(_ => new List<LeasedJob>())];
        private readonly Dictionary<string, JobState> known = [];
        // Per job the leases that ended it. One that does so again is told yes and changes nothing.
        private readonly Dictionary<string, HashSet<string>> ends = [];

        public static async Task<Run> StartAsync(Doorbell doorbell) => new(await TestQueue.CreateAsync(doorbell));

        public async Task MakeAsync(Move move, int number, int by)
        {
            var id = $"job-{number}";
            var worker = workers[by];
            // Any lease that this worker ever got for the job: the newest, or a stale one.
            var held = leases[by].FindLast(lease => lease.Id == id);
            switch (move)
            {
                case Move.Enqueue or Move.EnqueueLater:
                    await EnqueueAsync(id, move == Move.EnqueueLater);
                    break;
                case Move.Fetch:
                    leases[by].AddRange((await Fetch.RunAsync(worker, 1, 1)).Jobs);
                    break;
                case Move.Claim:
                    leases[by].AddRange((await Claim.RunAsync(worker, null, [id])).Jobs);
                    break;
                case Move.Cancel:
                    await queue.Enqueuer.GetJob(queue.Queue.Name, id).CancelAsync();
                    break;
                case Move.Requeue:
                    if (await queue.Enqueuer.GetJob(queue.Queue.Name, id).RequeueAsync() == RequeueOutcome.Requeued)
                    {
                        Assert.Equal(JobState.Discarded, known[id]);
                        ends[id] = [];
                    }

                    break;
                case Move.LoseLease:
                    await worker.OutliveLeaseAsync(id);
                    await worker.RescueAsync();
                    break;
                case Move.MakeDue:
                    await worker.MakeDueAsync(id);
                    await worker.StageAsync();
                    break;
                case Move.Prune:
                    await Prune.RunAsync(worker);
                    break;
                case Move.Renew when held is not null:
                    await worker.RenewAsync(held);
                    break;
                case >= Move.Complete and <= Move.CancelLeased when held is not null:
                    await FinishAsync(move, worker, held);
                    break;
            }
        }

        public async Task CheckAsync(string what)
        {
            foreach (var (id, before) in known.ToList())
            {
                var now = await queue.StateAsync(id);
                Assert.True(now is not null, $"{what}: {id} is gone.");
                if (now != before)
                {
                    // A look may come after two moves: rescue and stage end in Available, fetch goes through it.
                    var allowed = JobStates.CanMove(before, now.Value)
                        || (JobStates.CanMove(before, JobState.Available) && JobStates.CanMove(JobState.Available, now.Value));
                    Assert.True(allowed, $"{what}: {id} went from {before} to {now}.");
                    known[id] = now.Value;
                }

                await AtItsPlaceAsync(what, id, now.Value);
            }

            var available = await queue.Database.SortedSetLengthAsync(queue.Keys.Available);
            if (what.StartsWith("Fetch", StringComparison.Ordinal) && available > 0)
            {
                Assert.True(await queue.DoorbellLengthAsync() <= available, $"{what}: the doorbell has more entries than jobs are available.");
            }
        }

        /// <summary>Whatever has happened, what is left runs to an end.</summary>
        public async Task DrainAsync()
        {
            var worker = queue.AsWorker();
            foreach (var id in known.Keys)
            {
                await worker.OutliveLeaseAsync(id);
                await worker.MakeDueAsync(id);
            }

            await worker.RescueAsync();
            await worker.StageAsync();
            await CheckAsync("the drain's rescue and stage");
            var jobs = (await Fetch.RunAsync(worker, 100)).Jobs;
            await CheckAsync("the drain's fetch");
            foreach (var job in jobs)
            {
                Assert.True(await worker.CompleteAsync(job));
            }

            await CheckAsync("the drain");
            Assert.All(known.Values, state => Assert.True(state.IsFinal()));
            Assert.All(ends.Values, leases => Assert.InRange(leases.Count, 0, 1));
            await Prune.RunAsync(worker);
            Assert.Equal(0, await queue.DoorbellLengthAsync());
            var stats = (await queue.Database.HashGetAllAsync(queue.Keys.Stats)).ToDictionary(field => field.Name.ToString(), field => (long)field.Value);
            Assert.Equal(
                known.Count,
                Ends.Sum(counter => stats.GetValueOrDefault(counter)) - stats.GetValueOrDefault("requeued"));
        }

        public ValueTask DisposeAsync() => queue.DisposeAsync();

        private async Task EnqueueAsync(string id, bool later)
        {
            var handle = await queue.EnqueueAsync("word", new() { JobId = id, Delay = later ? TimeSpan.FromHours(1) : null });
            Assert.Equal(known.ContainsKey(id), handle.IsDuplicate);
            known.TryAdd(id, later ? JobState.Scheduled : JobState.Available);
        }

        private async Task FinishAsync(Move move, WorkerQueue worker, LeasedJob held)
        {
            var counted = move switch
            {
                Move.Complete => await worker.CompleteAsync(held),
                Move.Retry => await worker.RetryAsync(held),
                Move.Discard => await worker.DiscardAsync(held),
                Move.Release => await worker.ReleaseAsync(held),
                Move.Postpone => await worker.PostponeAsync(held),
                _ => await worker.CancelLeasedAsync(held),
            };
            if (counted && (await queue.StateAsync(held.Id))!.Value.IsFinal())
            {
                ends.TryAdd(held.Id, []);
                ends[held.Id].Add(held.Lease);
            }
        }

        /// <summary>A job is in the one set that its state says, and in no other.</summary>
        private async Task AtItsPlaceAsync(string what, string id, JobState state)
        {
            var places = new List<string>();
            foreach (var (name, key) in new[]
                     {
                         ("available", queue.Keys.Available), ("scheduled", queue.Keys.Scheduled), ("executing", queue.Keys.Executing),
                         ("discarded", queue.Keys.Discarded),
                     })
            {
                if (await queue.Database.SortedSetScoreAsync(key, id) is not null)
                {
                    places.Add(name);
                }
            }

            var expected = state switch
            {
                JobState.Available => "available",
                JobState.Scheduled or JobState.Retryable => "scheduled",
                JobState.Executing => "executing",
                JobState.Discarded => "discarded",
                _ => "",
            };
            Assert.True(string.Join(' ', places) == expected, $"{what}: {id} is {state} and in '{string.Join(' ', places)}'.");
        }
    }
}
