using FunctionJobs.Functions;

namespace FunctionJobs.Tests.PostImage;

/// <summary>How many photos are decoded at a time, and that it can be stopped.</summary>
public sealed class DecodingTests(UploadTests.Fixture fixture) : UploadTests(fixture)
{
    [Fact]
    public async Task A_cancelled_job_stops_decoding()
    {
        using var photo = Photos.Quarters(8000, 8000);
        photo.Pngsave(Upload(".png"), compression: 1);
        var post = await PostAsync();
        using var cancelled = new CancellationTokenSource();
        using var resizer = Resizer(decodesAtOnce: 2);
        using var decoding = new DecodingWatch();

        var running = resizer.ResizeAsync(Upload(".png"), cancelled.Token);
        await decoding.Begun.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => App.RunUntilAsync(new ResizePostImage(UploadName + ".png", post), cancelled.Token));
    }

    [Fact]
    public async Task A_photo_that_is_gone_when_its_turn_comes_fails_the_attempt_and_discards_nothing()
    {
        using var resizer = Resizer(decodesAtOnce: 2);

        var failure = await Assert.ThrowsAsync<IOException>(() => resizer.ResizeAsync(Upload(".gone.jpg"), CancellationToken.None));

        Assert.Equal("The photo cannot be read any more (FileNotFoundException).", failure.Message);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task As_many_photos_are_decoded_at_a_time_as_the_setting_says(int limit)
    {
        using var photo = Photos.Quarters(400, 300);
        photo.Jpegsave(Upload(".jpg"));
        using var resizer = Resizer(limit);
        using var decoding = new DecodingWatch(limit);

        await Task.WhenAll(Enumerable.Range(0, limit + 2).Select(_ => resizer.ResizeAsync(Upload(".jpg"), CancellationToken.None)));

        Assert.Equal(limit, decoding.MostAtOnce);
    }

    [Fact]
    public async Task Photos_that_are_in_memory_as_a_whole_are_decoded_one_at_a_time_whatever_the_setting_says()
    {
        using var photo = Photos.Quarters(400, 300);
        photo.Jpegsave(Upload(".p.jpg"), interlace: true);
        photo.Pngsave(Upload(".i.png"), interlace: true);
        string[] others = [".avif", ".webp", ".gif", ".tif"];
        foreach (var ending in others)
        {
            photo.WriteToFile(Upload(ending));
        }

        using var resizer = Resizer(decodesAtOnce: 64);
        using var decoding = new DecodingWatch(1);

        await Task.WhenAll(others.Concat([".p.jpg", ".i.png"]).Select(ending => resizer.ResizeAsync(Upload(ending), CancellationToken.None)));

        Assert.Equal(1, decoding.MostAtOnce);
    }

    private static ImageResizer Resizer(int decodesAtOnce) =>
        new(Microsoft.Extensions.Options.Options.Create(new ImageOptions { DecodesAtOnce = decodesAtOnce }));
}
