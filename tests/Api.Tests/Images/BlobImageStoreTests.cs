using System.Text;
using Azure.Storage.Blobs;
using FunctionJobs.Tests.Images;

namespace FunctionJobs.Tests;

/// <summary>The API with its images in a container instead of a folder.</summary>
public sealed class BlobImageStoreTests(Azurite azurite) : IClassFixture<Azurite>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_photo_goes_into_the_container()
    {
        var container = await ContainerAsync();
        await using var api = await StartAsync();
        var photo = Uploads.Jpeg(9_000_000);
        Random.Shared.NextBytes(photo.AsSpan(4));
        using var form = Uploads.Form(photo);

        using var answer = await api.PostAsync(form, chunked: true);

        var path = await api.ImagePathAsync(await answer.ReadAsync(HttpStatusCode.Accepted));
        var blob = (await container.GetBlobClient(path).DownloadContentAsync(Cancellation)).Value;
        Assert.Equal(photo, blob.Content.ToArray());
        Assert.Equal("image/jpeg", blob.Details.ContentType);
        Assert.Empty(api.StoredFiles());
    }

    [Fact]
    public async Task What_the_job_stores_in_the_container_can_be_looked_at()
    {
        var container = await ContainerAsync();
        await using var api = await StartAsync();
        var picture = new byte[200_000];
        Random.Shared.NextBytes(picture);
        await container.GetBlobClient(Pictures.PathOf(picture)).UploadAsync(BinaryData.FromBytes(picture), Cancellation);

        using var shown = await api.GetAsync($"/images/{Pictures.PathOf(picture)}");

        Assert.Equal("image/webp", shown.Content.Headers.ContentType?.ToString());
        Assert.Equal(picture, await shown.Content.ReadAsByteArrayAsync(Cancellation));
    }

    [Fact]
    public async Task What_is_refused_leaves_no_blob()
    {
        var container = await ContainerAsync();
        await using var api = await StartAsync();
        var before = Count(container);
        using var tooLarge = Uploads.Form(Uploads.Jpeg(Uploads.MaxBytes + 1));
        using var untitled = Uploads.Form(Uploads.Jpeg(9_000_000), title: null);
        using var cutOff = new ByteArrayContent(
            [.. Encoding.ASCII.GetBytes("--b\r\nContent-Disposition: form-data; name=image; filename=a.jpg\r\n\r\n"), .. Uploads.Jpeg(6_000_000)])
        {
            Headers = { { "Content-Type", "multipart/form-data; boundary=b" } },
        };

        foreach (var (form, status) in new (HttpContent, HttpStatusCode)[]
            { (tooLarge, HttpStatusCode.RequestEntityTooLarge), (untitled, HttpStatusCode.BadRequest), (cutOff, HttpStatusCode.BadRequest) })
        {
            using var answer = await api.PostAsync(form);
            await answer.ReadProblemAsync(status);
        }

        Assert.Equal(before, Count(container));
    }

    [Theory]
    [InlineData("/images/resized/0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef.webp")]
    [InlineData("/images/uploads/none.jpg")]
    [InlineData("/images/resized/%2e%2e/none.webp")]
    [InlineData("/images/resized//none.webp")]
    public async Task What_is_not_there_is_not_found(string path)
    {
        await ContainerAsync();
        await using var api = await StartAsync();

        using var answer = await api.GetAsync(path);

        await answer.ReadProblemAsync(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task While_the_storage_account_is_away_a_post_is_refused_and_a_picture_not_said_to_be_missing()
    {
        await using var api = await StartAsync("DefaultEndpointsProtocol=http;AccountName=a;AccountKey=a2V5;BlobEndpoint=http://127.0.0.1:1/a;");
        using var form = Uploads.Form(Uploads.Jpeg());

        using var answer = await api.PostAsync(form);

        await answer.ReadProblemAsync(HttpStatusCode.ServiceUnavailable);
        Assert.Equal(0, await api.QueryAsync<long>("select count(*) from posts"));
        using var shown = await api.GetAsync($"/images/{Pictures.PathOf([1, 2, 3])}");
        await shown.ReadProblemAsync(HttpStatusCode.ServiceUnavailable);
        Assert.Equal(TimeSpan.FromSeconds(5), shown.Headers.RetryAfter?.Delta);
    }

    [Fact]
    public async Task A_container_that_is_not_there_is_an_outage_and_not_a_missing_picture()
    {
        await using var api = await StartAsync();
        await (await ContainerAsync()).DeleteAsync(cancellationToken: Cancellation);

        using var shown = await api.GetAsync($"/images/{Pictures.PathOf([1, 2, 3])}");

        await shown.ReadProblemAsync(HttpStatusCode.ServiceUnavailable);
    }

    private async Task<BlobContainerClient> ContainerAsync()
    {
        var container = new BlobContainerClient(azurite.ConnectionString, "images");
        await container.CreateIfNotExistsAsync(cancellationToken: Cancellation);
        return container;
    }

    private async Task<RunningApi> StartAsync(string? blobs = null)
    {
        var api = new RunningApi { Blobs = blobs ?? azurite.ConnectionString };
        await api.InitializeAsync();
        return api;
    }

    private static int Count(BlobContainerClient container) => container.GetBlobs(cancellationToken: Cancellation).Count();
}
