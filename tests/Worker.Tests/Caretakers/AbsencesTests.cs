using FunctionJobs.Worker;

namespace FunctionJobs.Tests;

public sealed class AbsencesTests
{
    private readonly Absences absences = new();

    [Fact]
    public void A_worker_that_is_missing_twice_is_suspected_and_once_is_in_doubt()
    {
        absences.Saw(["a"], isSteady: true);
        Assert.Empty(absences.Suspects);
        Assert.True(absences.AreInDoubt);

        absences.Saw(["a", "b"], isSteady: true);
        Assert.Equal(["a"], absences.Suspects);
        Assert.True(absences.AreInDoubt);
    }

    [Fact]
    public void Who_was_missing_before_an_outage_stays_suspected_in_it_and_nobody_else_is()
    {
        absences.Saw(["a"], isSteady: true);
        absences.Saw(["a"], isSteady: true);

        absences.Saw(["a", "b"], isSteady: false);
        absences.Saw(["a", "b"], isSteady: false);
        Assert.Equal(["a"], absences.Suspects);

        absences.Saw(["a", "b"], isSteady: true);
        Assert.Equal(["a"], absences.Suspects);
    }

    [Fact]
    public void Who_is_back_is_suspected_no_longer()
    {
        absences.Saw(["a"], isSteady: true);
        absences.Saw(["a"], isSteady: true);

        absences.Saw([], isSteady: false);

        Assert.Empty(absences.Suspects);
        Assert.False(absences.AreInDoubt);
    }
}
