using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace FunctionJobs;

/// <summary>Registers <see cref="IJobEnqueuer"/> in any .NET app.</summary>
public static class JobEnqueuerServices
{
    /// <summary>
    /// Adds the enqueuer with a connection of its own when <see cref="JobEnqueuerOptions.ConnectionString"/> is set, otherwise with
    /// the <see cref="IConnectionMultiplexer"/> that the services hold.
    /// </summary>
    /// <param name="services">The app's services.</param>
    /// <param name="configure">Sets the options.</param>
    public static IServiceCollection AddJobEnqueuer(this IServiceCollection services, Action<JobEnqueuerOptions>? configure = null)
    {
        var options = services.AddOptions<JobEnqueuerOptions>().ValidateDataAnnotations().ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<JobEnqueuerOptions>, ConnectionStringCheck>());
        if (configure is not null)
        {
            options.Configure(configure);
        }

        services.TryAddSingleton<IRedisSource>(provider =>
            provider.GetRequiredService<IOptions<JobEnqueuerOptions>>().Value is { ConnectionString: { Length: > 0 } connection, Timeout: var timeout }
                ? new OwnRedis(connection, timeout)
                : new GivenRedis(
                    provider.GetService<IConnectionMultiplexer>()
                    ?? throw new InvalidOperationException(
                        "AddJobEnqueuer needs a Redis connection: give it a connection string, e.g. \"localhost:6379\", or register an IConnectionMultiplexer.")));
        services.TryAddSingleton<IJobEnqueuer, JobEnqueuer>();
        return services;
    }

    /// <summary>Adds the enqueuer with a connection of its own, opened at its first use.</summary>
    /// <param name="services">The app's services.</param>
    /// <param name="connectionString">As StackExchange.Redis reads it, e.g. <c>localhost:6379</c>.</param>
    /// <param name="configure">Sets further options.</param>
    /// <exception cref="ArgumentException">The connection string is empty or cannot be read.</exception>
    public static IServiceCollection AddJobEnqueuer(
        this IServiceCollection services, string connectionString, Action<JobEnqueuerOptions>? configure = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(connectionString);
        if (ConnectionStringCheck.Problem(connectionString) is { } problem)
        {
            throw new ArgumentException(problem, nameof(connectionString));
        }

        return services.AddJobEnqueuer(options =>
        {
            options.ConnectionString = connectionString;
            configure?.Invoke(options);
        });
    }

    /// <summary>
    /// Adds the enqueuer with what a configuration section says: <c>ConnectionString</c>, <c>Timeout</c>, <c>DefaultQueue</c> and
    /// <c>Routes:{job name}</c>, queues written as <c>list:welcome-email</c> or <c>stream:post-image</c>.
    /// </summary>
    /// <param name="services">The app's services.</param>
    /// <param name="section">The configuration section.</param>
    /// <param name="configure">Sets further options.</param>
    public static IServiceCollection AddJobEnqueuer(
        this IServiceCollection services, IConfiguration section, Action<JobEnqueuerOptions>? configure = null) =>
        services.AddJobEnqueuer(options =>
        {
            options.ConnectionString = section[nameof(options.ConnectionString)];
            options.Timeout = section.GetValue(nameof(options.Timeout), options.Timeout);
            if (section[nameof(options.DefaultQueue)] is { } queue)
            {
                options.DefaultQueue = JobQueue.Parse(queue);
            }

            foreach (var route in section.GetSection(nameof(options.Routes)).GetChildren())
            {
                options.Routes[route.Key] = JobQueue.Parse(route.Value ?? "");
            }

            configure?.Invoke(options);
        });

    /// <summary>Adds the enqueuer with a connection that the app has and keeps.</summary>
    /// <param name="services">The app's services.</param>
    /// <param name="redis">
    /// The connection. With <see cref="BacklogPolicy.FailFast"/> an enqueue during an outage fails at once; with the client's default it
    /// waits, and may still be sent after its caller was told that it failed.
    /// </param>
    /// <param name="configure">Sets further options.</param>
    public static IServiceCollection AddJobEnqueuer(
        this IServiceCollection services, IConnectionMultiplexer redis, Action<JobEnqueuerOptions>? configure = null)
    {
        services.TryAddSingleton<IRedisSource>(new GivenRedis(redis));
        return services.AddJobEnqueuer(configure);
    }
}
