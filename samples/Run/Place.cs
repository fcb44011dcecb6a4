using System.Globalization;
using FunctionJobs.LocalServices;

namespace FunctionJobs.Samples.Run;

/// <summary>The folder with this clone's data, held by one run at a time.</summary>
internal sealed class Place : IDisposable
{
    private readonly FileStream held;
    private readonly string about;

    private Place(FileStream held, string about)
    {
        this.held = held;
        this.about = about;
    }

    /// <exception cref="RunException">Another run of this clone is up; the message says which.</exception>
    public static Place Take(Repository repository)
    {
        Directory.CreateDirectory(repository.Local);
        var about = Path.Combine(repository.Local, "run.txt");
        if (LockedFile.TryTake(Path.Combine(repository.Local, "run.lock")) is not { } held)
        {
            var who = File.Exists(about) ? File.ReadAllText(about).Trim() : "unknown";
            throw new RunException(
                $"""
                A run of this clone is up already ({who}).
                Use that one, or stop it (Ctrl+C where it runs) and try again.
                A second one beside it needs a folder of its own: ./run --folder FOLDER
                """);
        }

        var place = new Place(held, about);
        place.Tell("starting");
        return place;
    }

    /// <summary>What a second run is told about this one.</summary>
    public void Tell(string state) =>
        File.WriteAllText(about, string.Create(CultureInfo.InvariantCulture, $"process {Environment.ProcessId}, {state}"));

    public void Dispose()
    {
        File.Delete(about);
        held.Dispose();
    }
}
