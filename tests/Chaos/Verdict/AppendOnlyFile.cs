using System.Globalization;
using System.Text;

namespace FunctionJobs.Chaos;

/// <summary>A write to a job's record that creates it or sets its state.</summary>
/// <param name="Job">The job's number.</param>
/// <param name="Creates">Whether it is the one that creates the record.</param>
/// <param name="State">The new state.</param>
/// <param name="Attempt">The attempt, where it is written too.</param>
/// <param name="Losses">How often the job was lost with its worker, where it is written too.</param>
internal sealed record Move(int Job, bool Creates, JobState State, int? Attempt = null, int? Losses = null);

/// <summary>
/// Reads Redis's append-only file: every write of the run, in order, and so each move of each job that was ever accepted. The
/// worker's own word is not needed for that, and no move can be missed.
/// </summary>
internal static class AppendOnlyFile
{
    private const string Record = ":job:job-";

    public static List<Move> ReadMoves(string redisFolder)
    {
        var moves = new List<Move>();
        foreach (var file in Files(redisFolder))
        {
            using var stream = File.OpenRead(file);
            while (ReadCommand(stream) is { } command)
            {
                if (Read(command) is { } move)
                {
                    moves.Add(move);
                }
            }
        }

        return moves;
    }

    // Redis 7 keeps a folder with an (empty) base and what followed it; Redis 6 one file.
    private static IEnumerable<string> Files(string folder) =>
        Directory.EnumerateFiles(folder, "*.aof", SearchOption.AllDirectories)
            .Where(file => !file.EndsWith(".base.aof", StringComparison.Ordinal))
            .OrderBy(file => file.Length)
            .ThenBy(file => file, StringComparer.Ordinal);

    private static Move? Read(string[] command)
    {
        if (!command[0].Equals("HSET", StringComparison.OrdinalIgnoreCase) && !command[0].Equals("HMSET", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        // A record that begins without a state is Available.
        var creates = command[2] == "job";
        var at = command[1].IndexOf(Record, StringComparison.Ordinal);
        return at < 0 || (Field("state") ?? (creates ? nameof(JobState.Available) : null)) is not { } state
            ? null
            : new Move(
                int.Parse(command[1].AsSpan(at + Record.Length), CultureInfo.InvariantCulture),
                creates,
                Enum.Parse<JobState>(state, ignoreCase: true),
                Number("attempt"),
                Number("losses"));

        string? Field(string name) => Array.IndexOf(command, name, 2) is var field and >= 0 ? command[field + 1] : null;

        int? Number(string name) => Field(name) is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : null;
    }

    /// <returns>Null at the end, which a killed Redis may have left in the middle of a command.</returns>
    private static string[]? ReadCommand(Stream stream)
    {
        while (true)
        {
            var line = ReadLine(stream);
            if (line is null)
            {
                return null;
            }

            if (line.StartsWith('*'))
            {
                var parts = new string[int.Parse(line.AsSpan(1), CultureInfo.InvariantCulture)];
                for (var i = 0; i < parts.Length; i++)
                {
                    if (ReadLine(stream) is not { } length)
                    {
                        return null;
                    }

                    var bytes = new byte[int.Parse(length.AsSpan(1), CultureInfo.InvariantCulture) + 2];
                    if (stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) < bytes.Length)
                    {
                        return null;
                    }

                    parts[i] = Encoding.UTF8.GetString(bytes, 0, bytes.Length - 2);
                }

                return parts;
            }
        }
    }

    private static string? ReadLine(Stream stream)
    {
        var line = new StringBuilder();
        while (stream.ReadByte() is var next and >= 0)
        {
            if (next == '\n')
            {
                return line.ToString().TrimEnd('\r');
            }

            line.Append((char)next);
        }

        return null;
    }
}
