using FunctionJobs.Functions;
using FunctionJobs.Worker;
using Microsoft.Extensions.Options;

namespace FunctionJobs.Tests.PostImage;

/// <summary>Damaged photos, the same in every run: within a second each becomes a picture or is refused for good, and none takes the process down.</summary>
public sealed class ImageFuzzTests
{
    [Theory]
    [InlineData(".jpg", 20266)]
    [InlineData(".png", 20267)]
    [InlineData(".webp", 20268)]
    [InlineData(".gif", 20269)]
    [InlineData(".tif", 20270)]
    public async Task A_damaged_file_is_resized_or_refused(string format, int seed)
    {
        using var folder = new TemporaryFolder();
        using var resizer = new ImageResizer(Options.Create(new ImageOptions()));
        using var photo = Photos.Quarters(160, 120);
        photo.WriteToFile(folder.File("sound" + format));
        var sound = await File.ReadAllBytesAsync(folder.File("sound" + format));
        var random = new Random(seed);
        var refused = 0;

        for (var i = 0; i < 300; i++)
        {
            // A file of its own each, which a slow try may still be reading.
            var damaged = folder.File($"damaged-{i}{format}");
            await File.WriteAllBytesAsync(damaged, Damaged(random, sound));
            try
            {
                var picture = await InTime.RunAsync(
                    () => resizer.ResizeAsync(damaged, CancellationToken.None), () => $"file {i} of seed {seed}, {format}", tries: 3);
                Assert.InRange(picture.Width, 1, 1280);
            }
            catch (DiscardJobException e)
            {
                Assert.NotEmpty(e.Message);
                refused++;
            }
        }

        Assert.InRange(refused, 1, 300);
    }

    private static byte[] Damaged(Random random, byte[] sound)
    {
        var bytes = (byte[])sound.Clone();
        for (var changes = random.Next(1, 12); changes > 0; changes--)
        {
            bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
        }

        return random.Next(3) == 0 ? bytes[..random.Next(1, bytes.Length)] : bytes;
    }
}
