using FunctionJobs.Emulator.Startup;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace FunctionJobs.Emulator.Tests.Invocation;

public sealed class InvocationTests
{
    [Fact]
    public async Task Middleware_runs_in_the_order_it_was_added_around_the_function()
    {
        string[] expected = ["outer in", "inner in", "run a", "inner out", "outer out"];
        var steps = new List<string>();
        await using var app = await EmulatedApp.StartAsync<FromList>(new()
        {
            Configure = builder =>
            {
                builder.Services.AddSingleton(steps);
                builder.UseMiddleware<Outer>().UseMiddleware<Inner>();
            },
        });
        app.Probe.OnRun = (value, _) => steps.Add($"run {value}");
        await SharedRedis.Database.ListRightPushAsync(app.Key, "a");
        await Eventually.TrueAsync(() => steps.Contains("outer out"), "it ran");
        Assert.Equal(expected, steps);
    }

    [Fact]
    public async Task Each_invocation_has_a_scope_of_its_own_which_is_disposed_at_its_end()
    {
        var made = new List<Scoped>();
        await using var app = await EmulatedApp.StartAsync<UsesScope>(new()
        {
            Configure = builder => builder.Services.AddSingleton(made).AddScoped<Scoped>(),
        });
        await SharedRedis.Database.ListRightPushAsync(app.Key, ["a", "b"]);
        await app.Probe.HasEndedAsync("a: same in function and context");
        await app.Probe.HasEndedAsync("b: same in function and context");
        await Eventually.TrueAsync(() => made.Count == 2 && made.TrueForAll(scoped => scoped.IsDisposed), "both scopes are disposed");
    }

    [Fact]
    public async Task The_context_tells_which_function_runs()
    {
        FunctionContext? seen = null;
        await using var app = await EmulatedApp.StartAsync<FromList>();
        app.Probe.OnRun = (_, context) => seen = context;
        await SharedRedis.Database.ListRightPushAsync(app.Key, "a");
        await app.Probe.HasEndedAsync("a");
        Assert.Equal(FromList.Name, seen!.FunctionDefinition.Name);
        Assert.Equal("FunctionJobs.Emulator.Tests.FromList.RunAsync", seen.FunctionDefinition.EntryPoint);
        Assert.Equal(seen.FunctionId, seen.FunctionDefinition.Id);
        Assert.Equal("a", seen.BindingContext.BindingData["Value"]);
    }

    [Theory]
    [InlineData(typeof(Synchronous))]
    [InlineData(typeof(WithValueTask))]
    [InlineData(typeof(WithoutInstance))]
    public async Task A_function_may_return_nothing_or_a_task_and_may_be_static(Type functions)
    {
        await using var app = await EmulatedApp.StartAsync([functions]);
        await SharedRedis.Database.ListRightPushAsync(app.Key, "bad");
        await Eventually.TrueAsync(() => app.Log.At(LogLevel.Error).Count == 1, "the failure is seen");
        Assert.Equal("bad", Assert.IsType<InvalidOperationException>(app.Log.At(LogLevel.Error)[0].Exception).Message);
    }

    [Fact]
    public async Task An_invocation_over_the_function_timeout_kills_the_process()
    {
        var clock = new WatchedClock();
        await using var app = await EmulatedApp.StartAsync<FromList>(new()
        {
            HostJson = """{ "version": "2.0", "functionTimeout": "00:00:30" }""",
            Configure = builder => builder.Services.AddSingleton<TimeProvider>(clock),
        });
        app.Probe.Hold("slow");
        await clock.IsWaitedForAsync(TimeSpan.FromMilliseconds(20));
        await SharedRedis.Database.ListRightPushAsync(app.Key, "slow");
        clock.Advance(TimeSpan.FromMilliseconds(20));
        await clock.IsWaitedForAsync(TimeSpan.FromSeconds(30));
        await app.Probe.HasStartedAsync("slow");

        clock.Advance(TimeSpan.FromSeconds(30));
        await app.Killed.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.Contains(FromList.Name, Assert.Single(app.Log.At(LogLevel.Critical)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_invocation_can_come_before_the_apps_hosted_services_have_started()
    {
        await using var app = EmulatedApp.Build([typeof(FromList)], new()
        {
            Configure = builder => builder.Services.AddSingleton<WaitsForAnEntry>().AddHostedService(services => services.GetRequiredService<WaitsForAnEntry>()),
        });
        await SharedRedis.Database.ListRightPushAsync(app.Key, "a");
        await app.Host.StartAsync(TestContext.Current.CancellationToken);
        Assert.Contains("a", app.Probe.Ended);
        Assert.Equal("", app.Host.Services.GetRequiredService<WaitsForAnEntry>().PrintedBefore);
        Assert.Contains("Worker process started and initialized.", app.Output.ToString(), StringComparison.Ordinal);
    }

    private sealed class WaitsForAnEntry(Probe probe, EmulatorSetup setup) : IHostedService
    {
        public string? PrintedBefore { get; private set; }

        public async Task StartAsync(CancellationToken cancellationToken)
        {
            await probe.HasEndedAsync("a");
            PrintedBefore = setup.Output!.ToString();
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }

    private sealed class Outer(List<string> steps) : IFunctionsWorkerMiddleware
    {
        public async Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
        {
            steps.Add("outer in");
            await next(context);
            steps.Add("outer out");
        }
    }

    private sealed class Inner(List<string> steps) : IFunctionsWorkerMiddleware
    {
        public async Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
        {
            steps.Add("inner in");
            await next(context);
            steps.Add("inner out");
        }
    }
}
