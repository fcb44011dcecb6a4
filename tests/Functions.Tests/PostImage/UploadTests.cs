using FunctionJobs.Functions;

namespace FunctionJobs.Tests.PostImage;

/// <summary>An app with its image store, and in it the one upload of the test.</summary>
public abstract class UploadTests(UploadTests.Fixture fixture) : IClassFixture<UploadTests.Fixture>
{
    private protected FunctionsApp App => fixture.App;

    private protected string UploadName { get; } = Unique.Name("photo");

    private protected string Upload(string ending) => Path.Combine(App.ImageFolder, UploadName + ending);

    private protected async Task<long> PostAsync() =>
        await App.QueryAsync<long>($"insert into posts (title, image_path) values ('A post', '{UploadName}') returning id");

    private protected async Task<ResizedImage> RunAsync(string ending) => await App.RunAsync(new ResizePostImage(UploadName + ending, await PostAsync()));

    public sealed class Fixture : IAsyncLifetime
    {
        internal FunctionsApp App { get; private set; } = null!;

        public async ValueTask InitializeAsync() => App = await FunctionsApp.StartAsync();

        public ValueTask DisposeAsync() => App.DisposeAsync();
    }
}
