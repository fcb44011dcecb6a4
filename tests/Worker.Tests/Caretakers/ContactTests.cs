using FunctionJobs.Worker;
using Microsoft.Extensions.Time.Testing;

namespace FunctionJobs.Tests;

public sealed class ContactTests
{
    private readonly FakeTimeProvider time = new();

    [Fact]
    public void A_worker_that_has_just_started_cannot_know_what_was_before_and_settles_for_three_seconds()
    {
        var contact = new Contact(time);
        Look(contact, 3);
        Assert.False(contact.IsSteady);
        Look(contact, 1);
        Assert.True(contact.IsSteady);
    }

    [Fact]
    public void A_short_loss_of_the_connection_settles_for_three_seconds()
    {
        var contact = new Contact(time);
        contact.Lost();
        Look(contact, 3);
        Assert.False(contact.IsSteady);
        Look(contact, 1);
        Assert.True(contact.IsSteady);
    }

    [Fact]
    public void A_gap_without_an_answer_settles_for_five_seconds_though_the_connection_comes_back_in_it()
    {
        var contact = new Contact(time);
        time.Advance(TimeSpan.FromSeconds(8));
        Assert.False(contact.IsSteady);
        contact.Lost();
        Look(contact, 5);
        Assert.False(contact.IsSteady);
        Look(contact, 1);
        Assert.True(contact.IsSteady);
    }

    [Fact]
    public void Regular_looks_of_an_idle_worker_are_no_gap()
    {
        var contact = new Contact(time);
        Look(contact, 4);
        for (var look = 0; look < 10; look++)
        {
            time.Advance(TimeSpan.FromSeconds(3));
            Assert.True(contact.IsSteady);
            contact.Held();
        }
    }

    private void Look(Contact contact, int seconds)
    {
        for (var second = 0; second < seconds; second++)
        {
            contact.Held();
            time.Advance(TimeSpan.FromSeconds(1));
        }
    }
}
