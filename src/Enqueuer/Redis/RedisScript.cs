using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using StackExchange.Redis;

namespace FunctionJobs;

/// <summary>
/// A Lua file embedded in an assembly, run by its hash. A line <c>--# include name</c> is replaced by the file of that name, unless the
/// script has it already: each file includes what it needs.
/// </summary>
internal sealed class RedisScript
{
    private const string Include = "--# include ";

    private readonly string text;
    private readonly byte[] hash;
    private bool isSent;

    private RedisScript(string text)
    {
        this.text = text;
#pragma warning disable CA5350 // EVALSHA names scripts by their SHA-1; nothing is protected by it.
        hash = SHA1.HashData(Encoding.UTF8.GetBytes(text));
#pragma warning restore CA5350
    }

    /// <summary>The script with its includes, as Redis gets it.</summary>
    public string Text => text;

    /// <summary>Reads the verb's file from the assembly of <typeparamref name="TOwner"/>.</summary>
    /// <exception cref="InvalidOperationException">The file is not embedded; a test loads every script, so a build without it fails.</exception>
    public static RedisScript Load<TOwner>(string verb) => new(Read(typeof(TOwner).Assembly, verb, []));

    /// <summary>
    /// Runs the script, sending its text the first time, which spares a cold process a refusal, and when Redis does not know it (a
    /// restarted server, or another one).
    /// </summary>
    public async Task<RedisResult> RunAsync(IDatabaseAsync redis, RedisKey[] keys, RedisValue[] values)
    {
        try
        {
            if (Volatile.Read(ref isSent))
            {
                return await redis.ScriptEvaluateAsync(hash, keys, values);
            }
        }
        catch (RedisServerException e) when (e.Message.StartsWith("NOSCRIPT", StringComparison.Ordinal))
        {
        }

        var result = await redis.ScriptEvaluateAsync(text, keys, values);
        Volatile.Write(ref isSent, true);
        return result;
    }

    private static string Read(Assembly assembly, string name, HashSet<string> included)
    {
        using var stream = assembly.GetManifestResourceStream(name + ".lua")
            ?? typeof(RedisScript).Assembly.GetManifestResourceStream(name + ".lua")
            ?? throw new InvalidOperationException($"The script '{name}.lua' is not embedded in {assembly.GetName().Name}.");
        using var reader = new StreamReader(stream);
        var text = new StringBuilder();
        while (reader.ReadLine() is { } line)
        {
            if (!line.StartsWith(Include, StringComparison.Ordinal))
            {
                text.Append(line).Append('\n');
            }
            else if (line[Include.Length..].Trim() is var other && included.Add(other))
            {
                text.Append(Read(assembly, other, included));
            }
        }

        return text.ToString();
    }
}
