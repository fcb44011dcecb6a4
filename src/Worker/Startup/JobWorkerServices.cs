using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace FunctionJobs.Worker;

/// <summary>Registers a job worker.</summary>
public static class JobWorkerServices
{
    internal const string Section = "Jobs";

    /// <summary>
    /// Adds the worker: pump, caretakers, idempotency keys, and the health check <c>jobs</c>. Needs an
    /// <see cref="IConnectionMultiplexer"/> in the services. Settings come from the configuration section <c>Jobs</c>.
    /// A second call adds settings and job types to the same worker.
    /// </summary>
    /// <param name="services">The app's services.</param>
    /// <param name="configure">Changes settings after the configuration has been read.</param>
    public static JobWorkerBuilder AddJobWorker(this IServiceCollection services, Action<JobWorkerOptions>? configure = null)
    {
        if (services.All(service => service.ServiceType != typeof(StartupChecks)))
        {
            AddServices(services);
        }

        if (configure is not null)
        {
            services.Configure(configure);
        }

        return new JobWorkerBuilder(services);
    }

    /// <summary>
    /// Checks what the worker stands on before the host is run, so that an app can say in its own words that it cannot start. The
    /// same is checked when the host starts, unless it has passed here.
    /// </summary>
    /// <param name="host">The built host.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="JobWorkerStartException">Redis is out of reach for 15 s, refuses the login or what is needed, or is older than 6.2; or there are no job types.</exception>
    public static Task CheckJobWorkerAsync(this IHost host, CancellationToken cancellationToken = default) =>
        host.Services.GetRequiredService<StartupChecks>().CheckAsync(cancellationToken);

    private static void AddServices(IServiceCollection services)
    {
        services.AddOptions<JobWorkerOptions>().BindConfiguration(Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<JobWorkerOptions>, JobOptionsCheck>();
        services.AddSingleton<IValidateOptions<JobTypeOptions>, JobOptionsCheck>();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(provider =>
            new WorkerSettings(provider.GetRequiredService<TimeProvider>(), Random.Shared, SerializerOf(provider)));
        services.AddSingleton<WorkerIdentity>();
        services.AddSingleton(provider => new IdempotencyKeys(
            provider.GetRequiredService<IConnectionMultiplexer>(), SerializerOf(provider), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<AttemptRunner>();
        services.AddSingleton<InboxAdopter>();
        services.AddSingleton<Suspects>();
        services.AddSingleton<QueuePumps>();
        services.AddSingleton<Watchdog>();
        services.AddSingleton(Types);
        services.AddSingleton(provider => new JobPump(provider.GetRequiredService<QueuePumps>()));
        services.AddHealthChecks().AddCheck<Watchdog>("jobs");

        // Started in this order and stopped in the reverse one: the pumps stop first, while leases are still renewed.
        services.AddSingleton<StartupChecks>();
        services.AddHostedService(provider => provider.GetRequiredService<StartupChecks>());
        services.AddHostedService<Presence>();
        services.AddHostedService<Renewer>();
        services.AddHostedService<Rescuer>();
        services.AddHostedService<Pruner>();
        services.AddSingleton<Stager>();
        services.AddHostedService(provider => provider.GetRequiredService<Stager>());
        services.AddHostedService<PumpService>();
    }

    private static JsonSerializerOptions SerializerOf(IServiceProvider provider) =>
        provider.GetRequiredService<IOptions<JobWorkerOptions>>().Value.SerializerOptions;

    private static JobTypes Types(IServiceProvider provider)
    {
        var options = provider.GetRequiredService<IOptionsMonitor<JobTypeOptions>>();
        var types = new JobTypes();
        foreach (var type in provider.GetServices<JobType>())
        {
            type.Options = options.Get(type.Name);
            types.Add(type);
        }

        // While Redis is connected to. A type that cannot be read says so with its first job.
        var serializer = provider.GetRequiredService<WorkerSettings>().Serializer;
        foreach (var type in types.All)
        {
            _ = Task.Run(() => type.Prepare(serializer));
        }

        return types;
    }
}
