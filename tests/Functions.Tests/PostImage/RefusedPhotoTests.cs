using FunctionJobs.Functions;
using FunctionJobs.Worker;
using NetVips;

namespace FunctionJobs.Tests.PostImage;

public sealed class RefusedPhotoTests(UploadTests.Fixture fixture) : UploadTests(fixture)
{
    [Theory]
    [InlineData("../secret.jpg")]
    [InlineData("uploads/../../secret.jpg")]
    [InlineData("/etc/hostname")]
    [InlineData("C:\\secret.jpg")]
    [InlineData("..\\secret.jpg")]
    [InlineData("uploads//photo.jpg")]
    [InlineData("./photo.jpg")]
    [InlineData("photo.jpg\0.png")]
    public async Task A_path_that_leaves_the_store_is_refused(string path)
    {
        var discarded = await Assert.ThrowsAsync<DiscardJobException>(async () => await App.RunAsync(new ResizePostImage(path, await PostAsync())));

        Assert.StartsWith("ImagePath leaves the image store", discarded.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_link_out_of_the_store_is_refused()
    {
        using var outside = new TemporaryFolder();
        using var photo = Photos.Quarters(40, 30);
        photo.Jpegsave(outside.File("photo.jpg"));
        File.CreateSymbolicLink(Upload(".jpg"), outside.File("photo.jpg"));
        Directory.CreateSymbolicLink(Upload(".folder"), outside.Path);

        await AssertDiscardedAsync(".jpg", "symbolic links");
        await AssertDiscardedAsync(".folder/photo.jpg", "symbolic links");
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_refused()
    {
        Directory.CreateDirectory(Upload(".folder"));

        await AssertDiscardedAsync(".jpg", "no such file");
        await AssertDiscardedAsync(".folder", "no such file");
        await AssertDiscardedAsync(".nowhere/photo.jpg", "no such file");
    }

    [Theory]
    [InlineData("just some text", ".jpg")]
    [InlineData("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"10\" height=\"10\"><rect width=\"10\" height=\"10\"/></svg>", ".svg")]
    [InlineData("<?xml version=\"1.0\"?><svg xmlns=\"http://www.w3.org/2000/svg\" width=\"10\" height=\"10\"></svg>", ".png")]
    [InlineData("%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj", ".pdf")]
    [InlineData("P3\n1 1\n255\n1 2 3\n", ".ppm")]
    [InlineData("1,2,3\n4,5,6\n", ".csv")]
    public async Task What_is_no_photo_is_refused(string content, string ending)
    {
        await File.WriteAllTextAsync(Upload(ending), content, TestContext.Current.CancellationToken);

        await AssertDiscardedAsync(ending, "no image of a format that is read here");
    }

    [Fact]
    public async Task A_HEIC_photo_is_refused_as_a_format_that_is_not_read_and_not_called_damaged()
    {
        await File.WriteAllBytesAsync(Upload(".heic"), Photos.Heic(), TestContext.Current.CancellationToken);

        await AssertDiscardedAsync(".heic", "no image of a format that is read here");
    }

    [Theory]
    [InlineData(".jpg")]
    [InlineData(".png")]
    [InlineData(".webp")]
    [InlineData(".gif")]
    [InlineData(".tif")]
    public async Task A_photo_that_is_cut_off_is_refused(string ending)
    {
        using var noise = Image.Gaussnoise(900, 700, sigma: 60, mean: 128).Cast(Enums.BandFormat.Uchar).Colourspace(Enums.Interpretation.Srgb);
        noise.WriteToFile(Upload(ending));
        var whole = await File.ReadAllBytesAsync(Upload(ending), TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(Upload(".cut" + ending), whole[..(whole.Length * 6 / 10)], TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(Upload(".head" + ending), whole[..20], TestContext.Current.CancellationToken);

        await AssertDiscardedAsync(".cut" + ending, "");
        await AssertDiscardedAsync(".head" + ending, "");
    }

    [Fact]
    public async Task An_empty_file_and_one_over_50_MB_are_refused_unread()
    {
        await File.WriteAllBytesAsync(Upload(".empty.jpg"), [], TestContext.Current.CancellationToken);
        await using (var large = File.Create(Upload(".large.jpg")))
        {
            large.SetLength((50 * 1024 * 1024) + 1);
        }

        await AssertDiscardedAsync(".empty.jpg", "empty");
        await AssertDiscardedAsync(".large.jpg", "the limit is 50 MB");
    }

    [Theory]
    [InlineData(10_001, 10_000)]
    [InlineData(65_535, 65_535)]
    [InlineData(1_000_000, 1_000_000)]
    public async Task A_picture_with_too_many_pixels_is_refused_by_its_header(int width, int height)
    {
        await File.WriteAllBytesAsync(Upload(".png"), Photos.PngThatClaims(width, height), TestContext.Current.CancellationToken);

        await AssertDiscardedAsync(".png", width < 100_000 ? "megapixels" : "");
    }

    [Fact]
    public async Task A_picture_that_would_take_too_much_memory_as_a_whole_is_refused_by_its_header()
    {
        // 10,000 × 10,000, cut off after its first bytes.
        byte[] gif =
        [
            .. "GIF89a"u8, 0x10, 0x27, 0x10, 0x27, 0x80, 0, 0, 0, 0, 0, 255, 255, 255,
            0x2C, 0, 0, 0, 0, 0x10, 0x27, 0x10, 0x27, 0, 2, 2, 0x44, 1, 0, 0x3B,
        ];
        await File.WriteAllBytesAsync(Upload(".gif"), gif, TestContext.Current.CancellationToken);

        await AssertDiscardedAsync(".gif", "takes 800 MB");
    }

    [Fact]
    public async Task A_progressive_photo_and_a_TIFF_count_with_what_their_decoders_keep()
    {
        // Headers of 10,000 × 10,000. The JPEG: baseline quantization left out, progressive (SOF2), three components.
        byte[] jpeg = [0xFF, 0xD8, 0xFF, 0xC2, 0, 17, 8, 0x27, 0x10, 0x27, 0x10, 3, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0, 0xFF, 0xDA, 0, 12, 3, 1, 0, 2, 0, 3, 0, 0, 0, 0];
        await File.WriteAllBytesAsync(Upload(".jpg"), jpeg, TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(Upload(".tif"), Photos.TiffThatClaims(10_000, 10_000), TestContext.Current.CancellationToken);

        await AssertDiscardedAsync(".jpg", "takes 600 MB");
        await AssertDiscardedAsync(".tif", "takes 1600 MB");
    }

    [Fact]
    public async Task A_store_that_is_away_is_no_reason_to_discard()
    {
        using var photo = Photos.Quarters(40, 30);
        photo.Jpegsave(Upload(".jpg"));
        Directory.Move(App.ImageFolder, App.ImageFolder + ".away");

        var failure = await Assert.ThrowsAsync<IOException>(() => RunAsync(".jpg"));
        Directory.Move(App.ImageFolder + ".away", App.ImageFolder);

        Assert.DoesNotContain(App.ImageFolder, failure.Message, StringComparison.Ordinal);
        Assert.Equal(40, (await RunAsync(".jpg")).Width);
    }

    [Fact]
    public async Task A_post_that_is_not_there_yet_is_waited_for_once_and_then_refused()
    {
        using var photo = Photos.Quarters(40, 30);
        photo.Jpegsave(Upload(".jpg"));
        var job = new ResizePostImage(UploadName + ".jpg", 987_654_321);

        var retried = await Assert.ThrowsAsync<RetryJobException>(() => App.RunAsync(job));
        var discarded = await Assert.ThrowsAsync<DiscardJobException>(() => App.RunAsync(job, attempt: 2));

        Assert.Equal((TimeSpan.FromSeconds(40), "The job's post is not there yet."), (retried.Delay, retried.Message));
        Assert.Equal("The job's post does not exist.", discarded.Message);
    }

    private async Task AssertDiscardedAsync(string ending, string reason)
    {
        var discarded = await Assert.ThrowsAsync<DiscardJobException>(() => RunAsync(ending));
        Assert.Contains(reason, discarded.Message, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(App.ImageFolder, discarded.Message, StringComparison.Ordinal);
    }
}
