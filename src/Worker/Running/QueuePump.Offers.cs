using StackExchange.Redis;

namespace FunctionJobs.Worker;

/// <summary>The offers of a pump that waits, and what comes of them.</summary>
internal sealed partial class QueuePump
{
    private static readonly TimeSpan LastWord = TimeSpan.FromMilliseconds(400);

    private Offer? offer;

    /// <summary>Takes what came on the worker's own channel: a job that an enqueue has leased to this worker.</summary>
    public void TakeGranted(RedisValue message)
    {
        if (Offer.ReadGranted(queue, message) is not var (job, heldSince) || !queue.Unanswered.TryHear(job.Lease))
        {
            return;
        }

        WorkerTelemetry.Moved(queue.Name, "started", 1);
        attempts.TakeGranted(job, heldSince, giveBack: IsStopping);
        if (IsStopping)
        {
            // Since then, and the loop has looked.
            attempts.HandBackWaiting();
        }

        // Should the loop have ended in this moment, somebody must be there for what comes next.
        Drive();
    }

    /// <summary>Fetches, takes back the offer that was out, and makes the next one where nothing is there.</summary>
    private async Task<Fetched> FetchAsync(int slots, int ahead, TriggerCall call, long before)
    {
        var last = offer;
        // Taken for made before the call, which may fail after it was.
        offer = MayOffer(slots) ? Offer.Make(queue, before, OfferFor()) : null;
        if (offer is not null)
        {
            queue.Unanswered.Expect(offer.Token);
        }

        try
        {
            var fetched = await Fetch.RunAsync(queue, slots, ahead, last, offer, call);
            Settle(last, fetched.LastWasThere);
            if (!fetched.NextIsMade)
            {
                Settle(offer, wasThere: true);
                offer = null;
            }

            return fetched;
        }
        catch (Exception e)
        {
            if (RedisCalls.WasNeverSent(e))
            {
                Settle(offer, wasThere: true);
                offer = last;
            }
            else
            {
                Settle(last, wasThere: false);
            }

            throw;
        }
    }

    private void Settle(Offer? one, bool wasThere)
    {
        if (one is not null)
        {
            queue.Unanswered.Settle(one.Token, wasThere);
        }
    }

    // A job is handed only to a worker that holds an invocation, so that the host sees it busy; the doorbell is not rung for it. While there
    // is a backlog, offers would only make the fetch dearer.
    private bool MayOffer(int slots) =>
        wasLeftEmpty && slots > 0 && !attempts.AreSomeWaiting && IsHeld;

    private async Task WithdrawOfferAsync()
    {
        if (offer is null)
        {
            return;
        }

        var wasThere = false;
        try
        {
            wasThere = await queue.Redis.SortedSetRemoveAsync(queue.Keys.Offers, offer.Text).WaitAsync(LastWord, settings.Time);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // Also what the client throws when its connection is lost between choosing and using it: the loop must come to its end.
            LogOfferLeft(queue.Name, e.GetType().Name, e.Message);
        }

        queue.Unanswered.Settle(offer.Token, wasThere);
        offer = null;
    }

    // A job that is granted for an offer counts as leased since the offer was made: what is left of the lease must reach to its renewal.
    private TimeSpan OfferFor()
    {
        var leaves = (queue.Options.Lease - queue.Options.RenewEvery) / 2;
        var most = LookAnyway < leaves ? LookAnyway : leaves;
        return WaitWhenEmpty() is var wait && wait < most ? wait : most;
    }
}
