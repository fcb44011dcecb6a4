using System.Net.Http.Headers;
using System.Net.Sockets;

namespace FunctionJobs.Tests;

public sealed class ShowImageTests(RunningApi api)
{
    [Fact]
    public async Task An_upload_can_be_looked_at_whole_or_in_part()
    {
        var photo = Uploads.Jpeg();
        Random.Shared.NextBytes(photo.AsSpan(4));
        using var form = Uploads.Form(photo);
        using var posted = await api.PostAsync(form);
        var path = $"/images/{(await posted.ReadAsync(HttpStatusCode.Accepted)).Text("imagePath")}";

        using var whole = await api.GetAsync(path);
        Assert.Equal("image/jpeg", whole.Content.Headers.ContentType?.ToString());
        Assert.Equal("nosniff", whole.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Equal(photo, await whole.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));

        using var request = new HttpRequestMessage(HttpMethod.Get, RunningApi.Url(path)) { Headers = { Range = new RangeHeaderValue(10, 19) } };
        using var part = await api.Http.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.PartialContent, part.StatusCode);
        Assert.Equal(photo[10..20], await part.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task What_the_job_stores_is_served()
    {
        var name = $"{Unique.Name("picture")}.webp";
        Directory.CreateDirectory(Path.Combine(api.Folder, "resized"));
        await File.WriteAllBytesAsync(Path.Combine(api.Folder, "resized", name), [1, 2, 3], TestContext.Current.CancellationToken);

        using var answer = await api.GetAsync($"/images/resized/{name}");

        Assert.Equal("image/webp", answer.Content.Headers.ContentType?.ToString());
        Assert.Equal([1, 2, 3], await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("/images/")]
    [InlineData("/images/uploads")]
    [InlineData("/images/uploads/none.jpg")]
    [InlineData("/images/../outside.jpg")]
    [InlineData("/images/uploads/../../outside.jpg")]
    [InlineData("/images/%2e%2e/outside.jpg")]
    [InlineData("/images/..%2foutside.jpg")]
    [InlineData("/images/..%5coutside.jpg")]
    [InlineData("/images//../outside.jpg")]
    [InlineData("/images/%2ftmp%2foutside.jpg")]
    [InlineData("/images/uploads/.hidden.jpg")]
    [InlineData("/images/uploads/%00.jpg")]
    [InlineData("/images/text.txt")]
    public async Task No_path_leaves_the_store_nor_shows_what_is_no_image(string path)
    {
        var outside = Path.Combine(Path.GetDirectoryName(api.Folder)!, "outside.jpg");
        await File.WriteAllBytesAsync(outside, [1], TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(Path.Combine(api.Folder, "uploads", ".hidden.jpg"), [1], TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(Path.Combine(api.Folder, "text.txt"), [1], TestContext.Current.CancellationToken);

        Assert.True(await RawStatusAsync(path) is 400 or 404);
    }

    /// <summary>Over a socket, since every client tidies paths.</summary>
    private async Task<int> RawStatusAsync(string path)
    {
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", api.Http.BaseAddress!.Port, TestContext.Current.CancellationToken);
        await using var stream = client.GetStream();
        await stream.WriteAsync(
            System.Text.Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"), TestContext.Current.CancellationToken);
        using var reader = new StreamReader(stream);
        var status = await reader.ReadLineAsync(TestContext.Current.CancellationToken);
        return int.Parse(status!.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);
    }
}
