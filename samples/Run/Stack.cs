using FunctionJobs.LocalServices;

namespace FunctionJobs.Samples.Run;

/// <summary>Redis, PostgreSQL, the functions app and the API: started in this order, stopped in the opposite one.</summary>
internal sealed class Stack : IAsyncDisposable
{
    private readonly List<App> apps = [];

    private Stack(LocalServers servers, Repository repository, string apiUrl)
    {
        Servers = servers;
        ApiUrl = apiUrl;
        Settings = Run.Settings.For(servers, repository, apiUrl);
    }

    public LocalServers Servers { get; }

    public string ApiUrl { get; }

    public IReadOnlyDictionary<string, string?> Settings { get; }

    public static async Task<Stack> StartAsync(Repository repository, CancellationToken cancellationToken)
    {
        var apiUrl = Environment.GetEnvironmentVariable("ASPNETCORE_URLS") is { Length: > 0 } wished
            ? wished.Split(';')[0]
            : $"http://localhost:{FreePort.From(5080)}";
        var servers = await LocalServers.StartAsync(new LocalServersOptions { Folder = repository.Local }, cancellationToken);
        var stack = new Stack(servers, repository, apiUrl);
        try
        {
            await stack.StartAppAsync("functions", repository.Assembly("src/Functions"), cancellationToken);
            await stack.StartAppAsync("api", repository.Assembly("samples/Api"), cancellationToken);
            await stack.WaitForApiAsync(cancellationToken);
            return stack;
        }
        catch
        {
            await stack.DisposeAsync();
            throw;
        }
    }

    /// <summary>Ends when one of the apps has ended by itself, and names it.</summary>
    public async Task<string> WaitForEndOfAnyAsync(CancellationToken cancellationToken)
    {
        var ended = await Task.WhenAny(apps.Select(app => app.Ended)).WaitAsync(cancellationToken);
        return apps.Single(app => app.Ended == ended).Name;
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        foreach (var app in Enumerable.Reverse(apps))
            await app.DisposeAsync();
        await Servers.DisposeAsync();
    }

    private async Task StartAppAsync(string name, string assembly, CancellationToken cancellationToken) =>
        apps.Add(await App.StartAsync(name, assembly, Settings, cancellationToken));

    /// <summary>Until it answers anything.</summary>
    private async Task WaitForApiAsync(CancellationToken cancellationToken)
    {
        using var client = new HttpClient { BaseAddress = new Uri(ApiUrl), Timeout = TimeSpan.FromSeconds(5) };
        while (true)
        {
            if (apps.Find(app => app.Ended.IsCompleted) is { } ended)
                throw new LocalServerException($"The app {ended.Name} ended while starting; what it said stands above.");
            try
            {
                using var answer = await client.GetAsync(new Uri("/health", UriKind.Relative), cancellationToken);
                return;
            }
            catch (Exception e) when (e is HttpRequestException || (e is TaskCanceledException && !cancellationToken.IsCancellationRequested))
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100), cancellationToken);
            }
        }
    }
}
