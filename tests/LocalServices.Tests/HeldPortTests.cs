using System.Net;
using System.Net.Sockets;
using FunctionJobs.LocalServices;

namespace FunctionJobs.Tests;

public sealed class HeldPortTests
{
    /// <summary>Other than what the servers of these tests get.</summary>
    private const int First = 9_300;

    [Fact]
    public void Two_runs_that_start_in_the_same_moment_choose_two_ports_though_nobody_listens_yet()
    {
        using var one = HeldPort.From(First);
        using var other = HeldPort.From(First);

        Assert.NotEqual(one.Number, other.Number);
        // And the server can have it meanwhile.
        using var server = new TcpListener(IPAddress.Loopback, one.Number);
        server.Start();
    }

    [Fact]
    public void A_port_that_is_given_back_can_be_chosen_again()
    {
        var held = HeldPort.From(First + 100);
        held.Dispose();

        using var again = HeldPort.From(First + 100);

        Assert.Equal(held.Number, again.Number);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    public void A_port_on_which_somebody_listens_at_one_of_both_addresses_is_not_free(string address)
    {
        Assert.SkipUnless(address != "::1" || Socket.OSSupportsIPv6, "This machine has no IPv6.");
        using var server = new TcpListener(IPAddress.Parse(address), 0);
        server.Start();
        var taken = ((IPEndPoint)server.LocalEndpoint).Port;

        using var held = HeldPort.From(taken);

        Assert.NotEqual(taken, held.Number);
    }
}
