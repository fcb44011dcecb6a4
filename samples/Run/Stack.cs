using System.Text.RegularExpressions;
using FunctionJobs.LocalServices;

namespace FunctionJobs.Samples.Run;

/// <summary>Redis, PostgreSQL, the functions app and the API: started in this order, stopped in the opposite one.</summary>
internal sealed partial class Stack : IAsyncDisposable
{
    private const string Functions = "functions";
    private static readonly TimeSpan LongestStart = TimeSpan.FromSeconds(90);

    private readonly List<App> apps = [];
    private readonly Action<string, string> onLine;
    private readonly TaskCompletionSource functionsReady = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private Stack(LocalServers servers, Repository repository, string apiUrl, Action<string, string> onLine)
    {
        Servers = servers;
        ApiUrl = ReachedAt(apiUrl);
        Settings = Run.Settings.For(servers, repository, apiUrl);
        this.onLine = onLine;
        // A proxy that the machine may have is not for servers on the machine itself.
        Api = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri(ApiUrl), Timeout = TimeSpan.FromSeconds(60) };
    }

    public LocalServers Servers { get; }

    public string ApiUrl { get; }

    public HttpClient Api { get; }

    public IReadOnlyDictionary<string, string?> Settings { get; }

    /// <summary>Starts everything and waits until it works.</summary>
    /// <param name="repository">Where the apps are.</param>
    /// <param name="place">Told the address.</param>
    /// <param name="port">The API's, unless ASPNETCORE_URLS says another.</param>
    /// <param name="onLine">Called with an app's name and each of its lines.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="RunException">ASPNETCORE_URLS is no URL, or an app ended or did not get ready.</exception>
    /// <exception cref="LocalServerException">A server is not installed, or did not start.</exception>
    public static async Task<Stack> StartAsync(
        Repository repository, Place place, HeldPort port, Action<string, string> onLine, CancellationToken cancellationToken)
    {
        var apiUrl = Run.Settings.OfUser("ASPNETCORE_URLS")?.Split(';')[0] ?? $"http://localhost:{port.Number}";
        // Without its scheme, localhost:5080 would be a URL too: of the scheme localhost.
        if (!Uri.TryCreate(ReachedAt(apiUrl), UriKind.Absolute, out var url) || (url.Scheme != Uri.UriSchemeHttp && url.Scheme != Uri.UriSchemeHttps))
        {
            throw new RunException($"ASPNETCORE_URLS is \"{apiUrl}\", which is no URL of http or https. Write it like http://localhost:5080.");
        }

        place.Tell(ReachedAt(apiUrl));
        var servers = await LocalServers.StartAsync(new LocalServersOptions { Folder = repository.Local }, cancellationToken);
        Stack? stack = null;
        try
        {
            stack = new Stack(servers, repository, apiUrl, onLine);
            await stack.StartAppAsync(Functions, repository.Assembly("src/Functions"), cancellationToken);
            await stack.StartAppAsync("api", repository.Assembly("samples/Api"), cancellationToken);
            await stack.WaitUntilReadyAsync(cancellationToken);
            return stack;
        }
        catch
        {
            await (stack is null ? servers.DisposeAsync() : stack.DisposeAsync());
            throw;
        }
    }

    /// <summary>Where a client on this machine reaches a server that listens on all of its addresses.</summary>
    private static string ReachedAt(string url) => AllAddresses().Replace(url, "://localhost");

    /// <summary>Ends when one of the apps has ended by itself, and names it.</summary>
    public async Task<string> WaitForEndOfAnyAsync(CancellationToken cancellationToken)
    {
        var ended = await Task.WhenAny(apps.Select(app => app.Ended)).WaitAsync(cancellationToken);
        return apps.Single(app => app.Ended == ended).Name;
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        Api.Dispose();
        foreach (var app in Enumerable.Reverse(apps))
        {
            await app.DisposeAsync();
        }

        await Servers.DisposeAsync();
    }

    private async Task StartAppAsync(string name, string assembly, CancellationToken cancellationToken) =>
        apps.Add(await App.StartAsync(name, assembly, Settings, line => Take(name, line), cancellationToken));

    private void Take(string app, string line)
    {
        onLine(app, line);
        if (app == Functions && line.StartsWith("Worker process started", StringComparison.Ordinal))
        {
            functionsReady.TrySetResult();
        }
    }

    private async Task WaitUntilReadyAsync(CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(LongestStart);
        var ready = Task.WhenAll(functionsReady.Task, WaitForApiAsync(limit.Token)).WaitAsync(limit.Token);
        var ended = WaitForEndOfAnyAsync(limit.Token);
        try
        {
            if (await Task.WhenAny(ready, ended) == ended)
            {
                throw new RunException($"The app {await ended} ended while starting; see what it said.");
            }

            await ready;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new RunException($"The functions app and the API were not ready within {LongestStart.TotalSeconds:0} s; see what they said.");
        }
    }

    private async Task WaitForApiAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                using var answer = await Api.GetAsync(new Uri("/health", UriKind.Relative), cancellationToken);
                if (answer.IsSuccessStatusCode)
                {
                    return;
                }
            }
            catch (HttpRequestException)
            {
                // It does not listen yet.
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100), cancellationToken);
        }
    }

    [GeneratedRegex(@"://(\+|\*|0\.0\.0\.0|\[::\])(?=[:/]|$)")]
    private static partial Regex AllAddresses();
}
