using System.Text;

namespace FunctionJobs.Tests;

public sealed class CreatePostTests(RunningApi api)
{
    [Fact]
    public async Task A_photo_is_stored_as_it_came_and_a_job_is_enqueued_for_it()
    {
        var photo = Uploads.Jpeg(300_000);
        Random.Shared.NextBytes(photo.AsSpan(4));
        using var form = Uploads.Form(photo, " Holidays ");

        using var answer = await api.PostAsync(form);

        var accepted = await answer.ReadAsync(HttpStatusCode.Accepted);
        var id = accepted.GetProperty("id").GetInt64();
        Assert.Equal($"resize:{id}", accepted.Text("jobId"));
        Assert.Equal("post-image", accepted.Text("queue"));
        var path = await api.ImagePathAsync(accepted);
        Assert.Matches(@"^uploads/[0-9a-f]{32}\.jpg$", path);
        Assert.Equal(photo, await File.ReadAllBytesAsync(Path.Combine(api.Folder, path), TestContext.Current.CancellationToken));

        var post = await api.GetJsonAsync(accepted.Text("url"));
        Assert.Equal("Holidays", post.Text("title"));
        Assert.Null(post.GetProperty("imageUrl").GetString());

        Assert.Equal("resize_post_image", (await api.GetJsonAsync(accepted.Text("statusUrl"))).Text("name"));
        var info = await api.Jobs.GetJob("post-image", $"resize:{id}").GetInfoAsync(TestContext.Current.CancellationToken);
        Assert.Equal($$"""{"imagePath":"{{path}}","postId":{{id}}}""", info!.ArgsJson);
    }

    [Fact]
    public async Task A_post_can_have_an_author()
    {
        using var registered = await api.RegisterAsync("author@example.com", "Author");
        var author = (await registered.ReadAsync(HttpStatusCode.Created)).GetProperty("id").GetInt64();
        using var form = Uploads.Form(Uploads.Jpeg(), userId: $"{author}");

        using var answer = await api.PostAsync(form);

        var post = await api.GetJsonAsync((await answer.ReadAsync(HttpStatusCode.Accepted)).Text("url"));
        Assert.Equal(author, post.GetProperty("userId").GetInt64());
    }

    [Theory]
    [InlineData(".jpg")]
    [InlineData(".png")]
    [InlineData(".webp")]
    [InlineData(".gif")]
    [InlineData(".tif")]
    [InlineData(".avif")]
    public async Task A_format_is_known_by_its_first_bytes_not_by_what_the_client_says(string extension)
    {
        using var form = Uploads.Form([.. Uploads.Starts[extension], .. new byte[100]]);

        using var answer = await api.PostAsync(form);

        Assert.EndsWith(extension, await api.ImagePathAsync(await answer.ReadAsync(HttpStatusCode.Accepted)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_parts_may_come_in_any_order()
    {
        using var form = new MultipartFormDataContent
        {
            { Uploads.File(Uploads.Jpeg()), "image", "a.jpg" },
            { new StringContent("After the image"), "title" },
        };

        using var answer = await api.PostAsync(form);

        await answer.ReadAsync(HttpStatusCode.Accepted);
    }

    [Theory]
    [InlineData(null, null, "title")]
    [InlineData("", null, "title")]
    [InlineData("a\nb", null, "title")]
    [InlineData("Hello", "x", "userId")]
    [InlineData("Hello", "0", "userId")]
    [InlineData("Hello", "-1", "userId")]
    [InlineData("Hello", "99999999999999999999", "userId")]
    [InlineData("Hello", "987654321", "userId")]
    public async Task A_wrong_field_is_named_and_the_photo_is_not_kept(string? title, string? userId, string field)
    {
        var marked = Marked();
        using var form = Uploads.Form(marked, title, userId);

        using var answer = await api.PostAsync(form);

        Assert.Equal([field], (await answer.ReadProblemAsync(HttpStatusCode.BadRequest)).Fields());
        await AssertNotKeptAsync(marked);
    }

    [Fact]
    public async Task Without_an_image_or_with_something_else_there_is_no_post()
    {
        using var none = Uploads.Form(null);
        using var empty = Uploads.Form([]);
        using var text = Uploads.Form("just some text"u8.ToArray());
        // The job could not read it.
        using var heic = Uploads.Form([0, 0, 0, 24, .. "ftypheic"u8, .. new byte[100]]);
        using var svg = Uploads.Form("<svg xmlns='http://www.w3.org/2000/svg'/>"u8.ToArray());
        using var twice = Uploads.Form(Uploads.Jpeg());
        twice.Add(Uploads.File(Uploads.Jpeg()), "image", "b.jpg");
        using var unknown = Uploads.Form(Uploads.Jpeg());
        unknown.Add(new StringContent("x"), "tags");

        foreach (var (form, field) in new[] { (none, "image"), (empty, "image"), (text, "image"), (heic, "image"), (svg, "image"), (twice, "image"), (unknown, "tags") })
        {
            using var answer = await api.PostAsync(form);
            Assert.Equal([field], (await answer.ReadProblemAsync(HttpStatusCode.BadRequest)).Fields());
        }
    }

    [Fact]
    public async Task What_is_no_multipart_or_is_cut_off_is_a_bad_request_and_leaves_nothing()
    {
        var marked = Marked();
        using var withoutBoundary = new ByteArrayContent([1, 2, 3]) { Headers = { { "Content-Type", "multipart/form-data" } } };
        using var cutOff = new ByteArrayContent(
            [.. Encoding.ASCII.GetBytes("--b\r\nContent-Disposition: form-data; name=image; filename=a.jpg\r\n\r\n"), .. marked])
        {
            Headers = { { "Content-Type", "multipart/form-data; boundary=b" } },
        };

        foreach (var content in new[] { withoutBoundary, cutOff })
        {
            using var answer = await api.PostAsync(content);
            Assert.Equal(["body"], (await answer.ReadProblemAsync(HttpStatusCode.BadRequest)).Fields());
        }

        await AssertNotKeptAsync(marked);
    }

    [Fact]
    public async Task Another_type_of_body_is_refused()
    {
        using var json = Answers.Json("{}");

        using var answer = await api.PostAsync(json);

        await answer.ReadProblemAsync(HttpStatusCode.UnsupportedMediaType);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task More_than_fifty_megabytes_are_refused_and_leave_nothing(bool chunked)
    {
        var marked = Marked(Uploads.MaxBytes + 1);
        using var form = Uploads.Form(marked);

        using var answer = await api.PostAsync(form, chunked);

        var problem = await answer.ReadProblemAsync(HttpStatusCode.RequestEntityTooLarge);
        Assert.Equal(["image"], problem.Fields());
        Assert.Contains("50 MB", problem.GetProperty("errors").GetProperty("image")[0].GetString(), StringComparison.Ordinal);
        await AssertNotKeptAsync(marked);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_request_that_is_far_too_large_is_refused(bool chunked)
    {
        using var form = Uploads.Form(Uploads.Jpeg(Uploads.MaxBytes + (5 * 1024 * 1024)));

        using var answer = await api.PostAsync(form, chunked);

        Assert.Equal(["image"], (await answer.ReadProblemAsync(HttpStatusCode.RequestEntityTooLarge)).Fields());
    }

    // More than the sockets between them hold: a connection that is cut at the limit takes the answer with it.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_client_that_sends_everything_before_it_listens_still_reads_why_it_is_refused(bool chunked)
    {
        using var form = Uploads.Form(Uploads.Jpeg(3 * Uploads.MaxBytes));

        using var answer = await api.PostAsync(form, chunked, expectContinue: false);

        Assert.Equal(["image"], (await answer.ReadProblemAsync(HttpStatusCode.RequestEntityTooLarge)).Fields());
    }

    [Fact]
    public async Task Fifty_megabytes_are_taken()
    {
        using var form = Uploads.Form(Uploads.Jpeg(Uploads.MaxBytes));

        using var answer = await api.PostAsync(form, chunked: true);

        var file = new FileInfo(Path.Combine(api.Folder, await api.ImagePathAsync(await answer.ReadAsync(HttpStatusCode.Accepted))));
        Assert.Equal(Uploads.MaxBytes, file.Length);
    }

    /// <summary>A photo that can be told from all others by its last bytes.</summary>
    private static byte[] Marked(int length = 5000)
    {
        var photo = Uploads.Jpeg(length);
        Guid.CreateVersion7().ToByteArray().CopyTo(photo, 100);
        return photo;
    }

    // A file that another test is just uploading cannot be read yet; that asks again.
    private Task AssertNotKeptAsync(byte[] photo) => Eventually.TrueAsync(
        () => api.StoredFiles().All(file => Start(file).AsSpan().IndexOf(photo.AsSpan(100, 16)) < 0), "the photo is in no file");

    // A file of another test may go meanwhile.
    private static byte[] Start(string file)
    {
        try
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var start = new byte[200];
            return start[..stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)];
        }
        catch (FileNotFoundException)
        {
            return [];
        }
    }
}
