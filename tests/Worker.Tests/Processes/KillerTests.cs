namespace FunctionJobs.Tests;

public sealed class KillerTests
{
    [Fact]
    public async Task Jobs_that_were_lost_twice_never_run_side_by_side_in_a_process_whatever_their_queues()
    {
        await using var queue = await TestQueue.CreateAsync();
        JobQueue[] queues = [queue.Queue, JobQueue.List(Unique.Name("test")), JobQueue.Stream(Unique.Name("test"))];
        var handles = new List<JobHandle>();
        foreach (var one in Enumerable.Repeat(queues, 3).SelectMany(each => each))
        {
            var handle = await queue.Enqueuer.EnqueueAsync(new Probe("suspect"), new() { Queue = one });
            await queue.Database.HashSetAsync(new QueueKeys(one.Name).Job(handle.Id), "losses", 2);
            handles.Add(handle);
        }

        var (gate, now, most) = (new Lock(), 0, 0);
        void Count(int change)
        {
            lock (gate)
            {
                now += change;
                most = Math.Max(most, now);
            }
        }

        await queue.StartWorkerAsync(queues[1..], async (_, _) =>
        {
            Count(1);
            await Task.Delay(200);
            Count(-1);
            return null;
        });

        foreach (var handle in handles)
        {
            await handle.WaitForResultAsync<string>(TimeSpan.FromSeconds(60));
        }

        Assert.Equal(1, most);
    }

    [Fact]
    public async Task A_job_that_kills_its_process_every_time_is_discarded_and_innocent_jobs_beside_it_survive()
    {
        await using var queue = await TestQueue.CreateAsync();
        var innocent = await queue.EnqueueManyAsync(Enumerable.Range(0, 5).Select(n => $"before {n}"));
        var killer = await queue.EnqueueAsync(WorkerProgram.Kills);
        var behind = await queue.EnqueueManyAsync(Enumerable.Range(0, 5).Select(_ => WorkerProgram.Hangs));
        var processes = 0;

        while (await killer.GetStateAsync() is not JobState.Discarded)
        {
            Assert.True(processes++ < 6, "The killer must be discarded after three processes.");
            await using var process = await WorkerProgram.StartAsync(queue);
            await Eventually.TrueAsync(
                async () => !process.IsRunning || await killer.GetStateAsync() is JobState.Discarded, "the process dies or the killer is discarded",
                TimeSpan.FromSeconds(90));
        }

        var info = await queue.InfoAsync(killer.Id);
        Assert.Equal((3, "WorkerLost"), (info.Attempt, info.Errors[^1].Kind));
        Assert.Equal(3, processes - 1);
        await queue.StartWorkerAsync((_, context) => Task.FromResult<string?>("survived"));
        foreach (var handle in innocent.Concat(behind))
        {
            await Eventually.EqualAsync<JobState?>(JobState.Completed, () => handle.GetStateAsync(), "the innocent job's state");
        }
    }
}
