namespace FunctionJobs.Tests.Images;

/// <summary>Azurite, the storage emulator: a real server that speaks Azure Blob Storage. One for all tests of a class.</summary>
public sealed class Azurite : IAsyncLifetime
{
    // The account and key that every Azurite has; they open nothing else.
    private const string Account = "devstoreaccount1";
    private const string Key = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    private readonly TemporaryFolder folder = new();
    private ChildProcess? process;

    public string ConnectionString { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        process = await ChildProcess.StartAsync(new ChildProcessOptions
        {
            Program = Program(),
            Arguments = ["--blobHost", "127.0.0.1", "--blobPort", "0", "--location", folder.Path, "--skipApiVersionCheck"],
        });
        var listening = await process.WaitForLineAsync("listen[a-z]* (at|on) (http://127.0.0.1:[0-9]+)", TimeSpan.FromMinutes(1));
        ConnectionString = $"DefaultEndpointsProtocol=http;AccountName={Account};AccountKey={Key};BlobEndpoint={listening.Groups[2].Value}/{Account};";
    }

    public async ValueTask DisposeAsync()
    {
        if (process is not null)
        {
            await process.DisposeAsync();
        }

        folder.Dispose();
    }

    private static string Program()
    {
        var named = Environment.GetEnvironmentVariable("AZURITE");
        if (!string.IsNullOrEmpty(named))
        {
            return File.Exists(named) ? named : throw new InvalidOperationException($"The variable AZURITE names {named}, and there is no such file.");
        }

        var paths = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        return paths.Select(path => Path.Combine(path, "azurite-blob")).FirstOrDefault(File.Exists)
            ?? throw new InvalidOperationException(
                "Azurite, the blob server of these tests, is missing. Install it (npm install azurite), and name its program "
                + "in the variable AZURITE: AZURITE=node_modules/.bin/azurite-blob");
    }
}
