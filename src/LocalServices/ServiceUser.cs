namespace FunctionJobs.LocalServices;

/// <summary>The user that PostgreSQL runs as when we are root, because it refuses root.</summary>
internal sealed record ServiceUser(string Name, string Ids)
{
    /// <summary>Null when we are not root: then PostgreSQL runs as we do.</summary>
    public static ServiceUser? ForPostgres() => Environment.IsPrivilegedProcess ? Find(File.ReadLines("/etc/passwd")) : null;

    /// <summary>Finds <c>postgres</c>, else <c>nobody</c>, in the lines of a passwd file.</summary>
    public static ServiceUser Find(IEnumerable<string> passwd)
    {
        var users = passwd.Select(entry => entry.Split(':')).Where(fields => fields.Length >= 4).ToLookup(fields => fields[0]);
        var user = users["postgres"].Concat(users["nobody"]).FirstOrDefault()
            ?? throw new LocalServerException("PostgreSQL refuses to run as root, and there is neither a user postgres nor nobody to run it as. Run as another user.");
        return new ServiceUser(user[0], $"{user[2]}:{user[3]}");
    }

    /// <summary>Whether this user can pass through every parent of the folder: a clone below /root is closed to others.</summary>
    public async Task<bool> ReachesAsync(string folder, CancellationToken cancellationToken)
    {
        var (code, _) = await GuardedProcess.RunAsync(
            new GuardedProcessOptions { Program = "test", Arguments = ["-x", folder], WorkingFolder = "/", User = this }, cancellationToken);
        return code == 0;
    }

    /// <summary>Makes a file or a folder this user's own.</summary>
    public async Task OwnAsync(string path, CancellationToken cancellationToken)
    {
        var (code, output) = await GuardedProcess.RunAsync(
            new GuardedProcessOptions { Program = "chown", Arguments = [Ids, path] }, cancellationToken);
        if (code != 0)
        {
            throw new LocalServerException($"{path} could not be given to the user {Name}: {output}");
        }
    }
}
