using System.Text;
using NetVips;

namespace FunctionJobs.Samples.Run;

/// <summary>
/// A photo as a phone takes it: 6000 × 4000 pixels lying on their side, and EXIF saying how to turn them. Turned rightly, the arrow
/// and the word UP point to the sky.
/// </summary>
internal static class Photo
{
    public const int Width = 6000;
    public const int Height = 4000;

    /// <summary>EXIF's "turn by 90 degrees clockwise".</summary>
    public const int Orientation = 6;

    // Drawn without a font: a machine may have none.
    private const string Upright = """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 600" width="400" height="600">
          <defs>
            <linearGradient id="sky" x1="0" y1="0" x2="0" y2="1">
              <stop offset="0" stop-color="#1f5fd0"/><stop offset="1" stop-color="#cfe6ff"/>
            </linearGradient>
            <linearGradient id="meadow" x1="0" y1="0" x2="0" y2="1">
              <stop offset="0" stop-color="#7cc142"/><stop offset="1" stop-color="#2c7a1e"/>
            </linearGradient>
            <radialGradient id="sun"><stop offset="0" stop-color="#fffbe0"/><stop offset="1" stop-color="#ffd23c"/></radialGradient>
          </defs>
          <rect width="400" height="600" fill="url(#sky)"/>
          <circle cx="350" cy="52" r="30" fill="url(#sun)"/>
          <path d="M0 460 L90 330 L150 400 L250 300 L400 450 V600 H0 Z" fill="#6f7fa0"/>
          <path d="M0 480 Q120 420 220 470 T400 460 V600 H0 Z" fill="url(#meadow)"/>
          <path d="M200 190 L270 280 H226 V420 H174 V280 H130 Z" fill="#ffffff" stroke="#14305e" stroke-width="6" stroke-linejoin="round"/>
          <g fill="none" stroke="#ffffff" stroke-width="20" stroke-linejoin="round" stroke-linecap="round">
            <path d="M126 60 V115 A30 30 0 0 0 186 115 V60"/>
            <path d="M216 145 V60 H246 A24 24 0 0 1 246 108 H216"/>
          </g>
        </svg>
        """;

    /// <summary>Makes the photo, unless it is there.</summary>
    /// <returns>Its path.</returns>
    public static async Task<string> EnsureAsync(Repository repository, CancellationToken cancellationToken)
    {
        var file = Path.Combine(Directory.CreateDirectory(Path.Combine(repository.Local, "photos")).FullName, "up.jpg");
        if (!File.Exists(file))
        {
            await Task.Run(() => Make(file + ".tmp"), cancellationToken);
            File.Move(file + ".tmp", file, overwrite: true);
        }

        return file;
    }

    /// <summary>Whether a picture made of the photo has the sky above and the meadow below.</summary>
    public static bool IsUpright(Image picture)
    {
        var sky = picture.Getpoint(picture.Width / 2, picture.Height / 50);
        var meadow = picture.Getpoint(picture.Width / 2, picture.Height * 49 / 50);
        return sky[2] > sky[1] && meadow[1] > meadow[2];
    }

    private static void Make(string file)
    {
        using var drawn = Image.SvgloadBuffer(Encoding.UTF8.GetBytes(Upright), scale: Height / 400.0);
        using var lying = drawn.Flatten().Rot270();
        using var photo = lying.Mutate(exif => exif.Set(GValue.GIntType, "orientation", Orientation));
        File.WriteAllBytes(file, photo.JpegsaveBuffer(q: 90));
    }
}
