using FunctionJobs.Emulator.Discovery;
using FunctionJobs.Emulator.Invocation;
using FunctionJobs.Emulator.Triggers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace FunctionJobs.Emulator.Startup;

/// <summary>Adds the emulator to the app's services.</summary>
internal static class EmulatorServices
{
    /// <summary>Called before the app adds anything, so that the triggers are the first of the hosted services.</summary>
    public static void AddFirst(IServiceCollection services) => services.AddHostedService<TriggerHost>();

    /// <summary>Called last, when the app's settings are known.</summary>
    /// <exception cref="StartupException">A function or one of its settings is wrong.</exception>
    public static void Add(HostApplicationBuilder builder, EmulatorSetup setup, HostJson hostJson, Pipeline pipeline)
    {
        var settings = new AppSettings(builder.Configuration);
        var services = builder.Services;
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(setup);
        services.AddSingleton(hostJson);
        services.AddSingleton(pipeline.Build());
        services.AddSingleton(FunctionCatalog.Read(setup.FunctionTypes(), settings, hostJson));
        services.AddSingleton(Faults.Parse(builder.Configuration[Faults.Setting], setup.Random));
        services.AddSingleton<WorkerProcess>();
        services.AddSingleton<Invoker>();
        services.AddSingleton<RedisConnections>();
        services.AddSingleton<TriggerTools>();
        services.AddSingleton<TriggerLoops>();
    }
}
