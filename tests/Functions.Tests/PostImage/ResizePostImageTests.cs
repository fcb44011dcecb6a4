using System.Globalization;
using System.Security.Cryptography;
using FunctionJobs.Functions;
using FunctionJobs.Worker;
using NetVips;

namespace FunctionJobs.Tests.PostImage;

public sealed class ResizePostImageTests(UploadTests.Fixture fixture) : UploadTests(fixture)
{
    [Fact]
    public async Task A_large_photo_becomes_a_WebP_of_at_most_1280_pixels_and_the_post_points_to_it()
    {
        using var photo = Photos.Quarters(6000, 4000);
        photo.Jpegsave(Upload(".jpg"));
        var post = await PostAsync();

        var result = await App.RunAsync(new ResizePostImage(UploadName + ".jpg", post));

        Assert.Equal((1280, 853), (result.Width, result.Height));
        Assert.Equal("/images/" + result.Path, result.Url);
        Assert.Equal(result.Url, await App.QueryAsync<string>($"select image_url from posts where id = {post}"));
        using var picture = Stored(result);
        Assert.Equal((1280, 853), (picture.Width, picture.Height));
        Assert.StartsWith("webp", (string)picture.Get("vips-loader"), StringComparison.Ordinal);
        var bytes = new FileInfo(Path.Combine(App.ImageFolder, result.Path)).Length;
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"1280 × 853, {bytes / 1000.0:0} KB."), App.Log.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, "Red Green Blue Yellow", 1200, 800)]
    [InlineData(3, "Yellow Blue Green Red", 1200, 800)]
    [InlineData(6, "Blue Red Yellow Green", 800, 1200)]
    [InlineData(8, "Green Yellow Red Blue", 800, 1200)]
    [InlineData(2, "Green Red Yellow Blue", 1200, 800)]
    [InlineData(5, "Red Blue Green Yellow", 800, 1200)]
    public async Task A_photo_taken_sideways_or_mirrored_stands_upright(int orientation, string corners, int width, int height)
    {
        using var photo = Photos.Quarters(1200, 800).WithExif(orientation);
        photo.Jpegsave(Upload(".jpg"));

        var result = await RunAsync(".jpg");

        Assert.Equal((width, height), (result.Width, result.Height));
        using var picture = Stored(result);
        var expected = corners.Split(' ').Select(name => (int[])typeof(Photos).GetField(name)!.GetValue(null)!).ToArray();
        Photos.AssertNear(expected[0], picture.ColourAt(10, 10));
        Photos.AssertNear(expected[1], picture.ColourAt(90, 10));
        Photos.AssertNear(expected[2], picture.ColourAt(10, 90));
        Photos.AssertNear(expected[3], picture.ColourAt(90, 90));
    }

    [Fact]
    public async Task Metadata_does_not_leave_with_the_picture()
    {
        using var photo = Photos.Quarters(1600, 1200).WithExif(6);
        photo.Jpegsave(Upload(".jpg"));
        Assert.Contains("SecretCamera", Text(Upload(".jpg")), StringComparison.Ordinal);

        var result = await RunAsync(".jpg");

        using var picture = Stored(result);
        Assert.DoesNotContain(picture.GetFields(), field => field.StartsWith("exif", StringComparison.Ordinal) || field is "icc-profile-data" or "xmp-data" or "orientation");
        Assert.DoesNotContain("SecretCamera", Text(Path.Combine(App.ImageFolder, result.Path)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_small_picture_is_not_enlarged()
    {
        using var photo = Photos.Quarters(120, 80);
        photo.Pngsave(Upload(".png"));

        var result = await RunAsync(".png");

        Assert.Equal((120, 80), (result.Width, result.Height));
    }

    [Fact]
    public async Task A_tall_picture_is_bounded_by_its_height()
    {
        using var photo = Photos.Quarters(1000, 4000);
        photo.Pngsave(Upload(".png"));

        var result = await RunAsync(".png");

        Assert.Equal((320, 1280), (result.Width, result.Height));
    }

    [Theory]
    [InlineData(".jpg")]
    [InlineData(".png")]
    [InlineData(".webp")]
    [InlineData(".gif")]
    [InlineData(".tif")]
    [InlineData(".avif")]
    public async Task Usual_formats_are_read(string ending)
    {
        using var photo = Photos.Quarters(400, 300);
        photo.WriteToFile(Upload(ending));

        await AssertQuartersAsync(ending, 30);
    }

    [Fact]
    public async Task What_a_file_is_counts_and_not_what_it_is_called()
    {
        using var photo = Photos.Quarters(400, 300);
        File.WriteAllBytes(Upload(".jpg"), photo.PngsaveBuffer());

        await AssertQuartersAsync(".jpg", 20);
    }

    [Fact]
    public async Task Sixteen_bits_and_progressive_and_interlaced_are_read()
    {
        using var photo = Photos.Quarters(400, 300);
        using var deep = (photo * 257).Cast(Enums.BandFormat.Ushort).Copy(interpretation: Enums.Interpretation.Rgb16);
        deep.Pngsave(Upload(".16.png"), bitdepth: 16);
        photo.Pngsave(Upload(".i.png"), interlace: true);
        photo.Jpegsave(Upload(".p.jpg"), interlace: true);

        await AssertQuartersAsync(".16.png", 20);
        await AssertQuartersAsync(".i.png", 20);
        await AssertQuartersAsync(".p.jpg", 20);
    }

    [Fact]
    public async Task Colours_for_print_become_colours_for_screens()
    {
        using var photo = Photos.Quarters(400, 300).Colourspace(Enums.Interpretation.Cmyk);
        Assert.Equal(4, photo.Bands);
        photo.Jpegsave(Upload(".jpg"));

        var picture = await AssertQuartersAsync(".jpg", 100);

        Assert.Equal((3, Enums.Interpretation.Srgb), (picture.Bands, picture.Interpretation));
    }

    [Fact]
    public async Task A_wide_colour_profile_is_converted_and_not_just_dropped()
    {
        using var photo = Photos.Quarters(400, 300);
        using var wide = photo.IccTransform("p3", inputProfile: "srgb");
        wide.Jpegsave(Upload(".jpg"), keep: Enums.ForeignKeep.Icc);
        using var raw = Image.NewFromFile(Upload(".jpg"));
        Assert.True(Math.Abs(raw.ColourAt(10, 10)[0] - Photos.Red[0]) > 10, "The photo has the same numbers in both profiles.");

        await AssertQuartersAsync(".jpg", 12);
    }

    [Fact]
    public async Task Grey_and_transparent_pictures_are_read()
    {
        using var grey = Photos.Quarters(400, 300).Colourspace(Enums.Interpretation.Bw);
        grey.Jpegsave(Upload(".grey.jpg"));
        using var clear = Photos.Quarters(400, 300).Bandjoin(0);
        clear.Pngsave(Upload(".clear.png"));

        using var greyPicture = Stored(await RunAsync(".grey.jpg"));
        using var clearPicture = Stored(await RunAsync(".clear.png"));

        Assert.Equal(Enums.Interpretation.Srgb, greyPicture.Interpretation);
        Assert.Equal(4, clearPicture.Bands);
        Assert.Equal(0, clearPicture.Getpoint(5, 5)[3]);
    }

    [Fact]
    public async Task Of_an_animation_the_first_frame_is_taken()
    {
        using var animation = Photos.Animated(200, 100, frames: 5);
        animation.Gifsave(Upload(".gif"));

        var result = await RunAsync(".gif");

        Assert.Equal((200, 100), (result.Width, result.Height));
        using var picture = Stored(result);
        Photos.AssertNear(Photos.Red, picture.ColourAt(50, 50));
    }

    [Fact]
    public async Task The_name_is_made_from_the_content()
    {
        using var photo = Photos.Quarters(400, 300);
        photo.Pngsave(Upload(".png"));
        File.Copy(Upload(".png"), Upload(".copy.png"));

        var first = await RunAsync(".png");
        var again = await RunAsync(".png");
        var copy = await RunAsync(".copy.png");

        var content = await File.ReadAllBytesAsync(Path.Combine(App.ImageFolder, first.Path), TestContext.Current.CancellationToken);
        Assert.Equal($"resized/{Convert.ToHexStringLower(SHA256.HashData(content))}.webp", first.Path);
        Assert.Equal(first, again);
        Assert.Equal(first, copy);
    }

    [Fact]
    public async Task Neither_path_nor_post_is_in_the_log()
    {
        await using var own = await FunctionsApp.StartAsync();
        const long post = 987_654_321;
        await using var insert = own.Database.CreateCommand("insert into posts (id, title) overriding system value values ($1, 'A post')");
        insert.Parameters.Add(new() { Value = post });
        await insert.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        Directory.CreateDirectory(own.Folder.File("images/attic"));
        using var photo = Photos.Quarters(40, 30);
        photo.Jpegsave(own.Folder.File("images/attic/photo.jpg"));

        await own.RunAsync(new ResizePostImage("attic/photo.jpg", post));
        await Assert.ThrowsAsync<DiscardJobException>(() => own.RunAsync(new ResizePostImage("attic/none.jpg", post)));
        await Assert.ThrowsAsync<DiscardJobException>(() => own.RunAsync(new ResizePostImage("attic/photo.jpg", post + 1), attempt: 2));

        Assert.Contains("Job job made its post's picture: 40 × 30", own.Log.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("attic", own.Log.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("98765432", own.Log.Text, StringComparison.Ordinal);
    }

    private Image Stored(ResizedImage result) => Image.NewFromFile(Path.Combine(App.ImageFolder, result.Path));

    private static string Text(string file) => System.Text.Encoding.Latin1.GetString(File.ReadAllBytes(file));

    private async Task<Image> AssertQuartersAsync(string ending, int tolerance)
    {
        var picture = Stored(await RunAsync(ending));
        Assert.Equal((400, 300), (picture.Width, picture.Height));
        Photos.AssertNear(Photos.Red, picture.ColourAt(10, 10), tolerance);
        Photos.AssertNear(Photos.Green, picture.ColourAt(90, 10), tolerance);
        Photos.AssertNear(Photos.Blue, picture.ColourAt(10, 90), tolerance);
        Photos.AssertNear(Photos.Yellow, picture.ColourAt(90, 90), tolerance);
        return picture;
    }
}
