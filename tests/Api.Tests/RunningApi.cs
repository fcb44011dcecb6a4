using System.Net.Http.Json;
using System.Text.Json;
using FunctionJobs.LocalServices;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

[assembly: AssemblyFixture(typeof(FunctionJobs.Tests.RunningApi))]

namespace FunctionJobs.Tests;

/// <summary>
/// The API as a process of its own, with a Redis, a database and an image folder that are nobody else's: the ids of its jobs are
/// made from ids of rows. The tests share one; those that take its servers away start another.
/// </summary>
public sealed class RunningApi : IAsyncLifetime
{
    private ServiceProvider? services;
    private ChildProcess? process;
    private NpgsqlDataSource? database;

    public LocalRedis Redis { get; private set; } = null!;

    public string Postgres { get; init; } = "";

    /// <summary>A storage account's connection string, to have the images in its container <c>images</c> instead of a folder.</summary>
    public string? Blobs { get; init; }

    public string Folder { get; } = Directory.CreateTempSubdirectory("functionjobs-api-").FullName;

    public HttpClient Http { get; private set; } = null!;

    public IJobEnqueuer Jobs => services!.GetRequiredService<IJobEnqueuer>();

    /// <summary>What the API has written.</summary>
    public IReadOnlyList<string> Lines => process!.Lines;

    public static string Assembly { get; } = Path.Combine(AppContext.BaseDirectory, "Api.dll");

    public async ValueTask InitializeAsync()
    {
        Redis = await LocalRedis.StartAsync();
        var postgres = Postgres.Length > 0 ? Postgres : await Servers.CreateDatabaseAsync();
        database = NpgsqlDataSource.Create(postgres);
        services = new ServiceCollection().AddJobEnqueuer(Redis.ConnectionString).BuildServiceProvider();
        process = await ChildProcess.StartDotnetAsync(Assembly, environment: new Dictionary<string, string?>
        {
            ["Redis"] = Redis.ConnectionString,
            ["Postgres"] = postgres,
            ["Images__Folder"] = Blobs is null ? Folder : null,
            ["Images__BlobConnection"] = Blobs,
            ["ASPNETCORE_URLS"] = "http://127.0.0.1:0",
            ["ASPNETCORE_ENVIRONMENT"] = null,
        });
        var listening = await process.WaitForLineAsync("Now listening on: (http://.+)");
        Http = new HttpClient { BaseAddress = new Uri(listening.Groups[1].Value), Timeout = TimeSpan.FromSeconds(60) };
    }

    public async ValueTask DisposeAsync()
    {
        Http?.Dispose();
        if (process is not null)
        {
            await process.DisposeAsync();
        }

        if (services is not null)
        {
            await services.DisposeAsync();
        }

        if (database is not null)
        {
            await database.DisposeAsync();
        }

        if (Redis is not null)
        {
            await Redis.DisposeAsync();
        }

        Directory.Delete(Folder, recursive: true);
    }

    public async Task<T?> QueryAsync<T>(string sql, params object[] values)
    {
        await using var command = database!.CreateCommand(sql);
        foreach (var value in values)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        }

        return await command.ExecuteScalarAsync(TestContext.Current.CancellationToken) is var found and not null and not DBNull
            ? (T)found
            : default;
    }

    public Task<HttpResponseMessage> RegisterAsync(string? email, string? name) =>
        Http.PostAsJsonAsync(Url("/auth/register"), new { email, name }, TestContext.Current.CancellationToken);

    public Task<HttpResponseMessage> GetAsync(string path) => Http.GetAsync(Url(path), TestContext.Current.CancellationToken);

    public async Task<JsonElement> GetJsonAsync(string path)
    {
        using var answer = await GetAsync(path);
        return await answer.ReadAsync(HttpStatusCode.OK);
    }

    public static Uri Url(string path) => new(path, UriKind.Relative);
}
