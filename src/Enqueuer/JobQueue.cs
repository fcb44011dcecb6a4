using System.Text.RegularExpressions;

namespace FunctionJobs;

/// <summary>A queue's name and the kind of Redis trigger that serves it.</summary>
public sealed partial record JobQueue
{
    private JobQueue(string name, Doorbell doorbell)
    {
        Name = CheckedName(name);
        Doorbell = doorbell;
    }

    /// <summary>1 to 64 characters: lower-case letters, digits, <c>. _ -</c>. Part of every Redis key of the queue.</summary>
    public string Name { get; }

    /// <summary>What the trigger of this queue reads: a list or a stream.</summary>
    public Doorbell Doorbell { get; }

    /// <summary>A queue that a Redis list trigger serves.</summary>
    /// <param name="name">1 to 64 characters: lower-case letters, digits, <c>. _ -</c>.</param>
    /// <exception cref="ArgumentException">The name has another length or other characters.</exception>
    public static JobQueue List(string name) => new(name, Doorbell.List);

    /// <summary>A queue that a Redis stream trigger serves.</summary>
    /// <param name="name">1 to 64 characters: lower-case letters, digits, <c>. _ -</c>.</param>
    /// <exception cref="ArgumentException">The name has another length or other characters.</exception>
    public static JobQueue Stream(string name) => new(name, Doorbell.Stream);

    /// <summary>Reads <c>list:name</c> or <c>stream:name</c>, as a setting has it.</summary>
    /// <exception cref="FormatException">The text has another form.</exception>
    /// <exception cref="ArgumentException">The name has another length or other characters.</exception>
    public static JobQueue Parse(string text) => text.Split(':', 2) switch
    {
        ["list", var name] => List(name),
        ["stream", var name] => Stream(name),
        _ => throw new FormatException($"A queue is written as 'list:name' or 'stream:name'; got '{text}'."),
    };

    /// <summary>The queue's name.</summary>
    public override string ToString() => Name;

    internal static string CheckedName(string name, [System.Runtime.CompilerServices.CallerArgumentExpression(nameof(name))] string? parameter = null) =>
        name is not null && Allowed().IsMatch(name)
            ? name
            : throw new ArgumentException(
                $"A queue name is 1 to 64 characters of lower-case letters, digits, '.', '_' and '-'; got '{name}'.", parameter);

    [GeneratedRegex("^[a-z0-9._-]{1,64}\\z")]
    private static partial Regex Allowed();
}

/// <summary>What a queue's trigger reads. The queue itself is a sorted set that no trigger touches.</summary>
public enum Doorbell
{
    /// <summary>A Redis list, read by <c>RedisListTrigger</c>.</summary>
    List,

    /// <summary>A Redis stream, read by <c>RedisStreamTrigger</c>.</summary>
    Stream,
}

internal static class DoorbellWire
{
    public static string ToWire(this Doorbell doorbell) => doorbell == Doorbell.List ? "list" : "stream";
}
