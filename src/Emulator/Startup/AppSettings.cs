using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;

namespace FunctionJobs.Emulator.Startup;

/// <summary>Looks up the settings that attributes name.</summary>
internal sealed partial class AppSettings(IConfiguration configuration)
{
    /// <summary>Replaces each <c>%Setting%</c> in a function's attribute by its value.</summary>
    /// <exception cref="StartupException">A setting is missing, or a percent sign has no partner.</exception>
    public string Resolve(string text, string function)
    {
        if (text.Count(c => c == '%') % 2 != 0)
        {
            throw new StartupException(
                $"Function '{function}' has '{text}', in which a % has no partner. The host would then replace nothing and take the text as it stands. Write settings as %Name%.");
        }

        return Placeholder().Replace(text, match =>
        {
            var name = match.Groups["name"].Value;
            return Find(name) ?? throw new StartupException(
                $"Function '{function}' uses %{name}%, but the setting '{name}' is not set. {HowToSet(name, "value")}");
        });
    }

    /// <summary>The connection string that an attribute's <c>connection</c> names.</summary>
    /// <exception cref="StartupException">The setting is missing.</exception>
    public string ConnectionString(string name, string function)
    {
        // The host looks in this order.
        var found = Find($"ConnectionStrings:AzureWebJobs{name}") ?? Find($"AzureWebJobs{name}") ?? Find($"ConnectionStrings:{name}") ?? Find(name);
        if (found is not null)
        {
            return found;
        }

        if (Find($"{name}:redisHostName") is not null)
        {
            throw new StartupException(
                $"Function '{function}' connects with the managed identity in '{name}__redisHostName', which works only in Azure. {HowToSet(name, "localhost:6379")}");
        }

        throw new StartupException(
            $"Function '{function}' needs the connection string '{name}', but no such setting is set. {HowToSet(name, "localhost:6379")}");
    }

    /// <summary>
    /// Whether a setting disables a function. The second name is for Linux, where App Service writes underscores for the dots (HostListenerFactory
    /// in Azure/azure-webjobs-sdk).
    /// </summary>
    public bool Disable(string function) =>
        new[] { $"AzureWebJobs.{function}.Disabled", $"AzureWebJobs_{function}_Disabled" }.Select(Find)
            .Any(value => value is "1" || string.Equals(value, "true", StringComparison.OrdinalIgnoreCase));

    private string? Find(string name)
    {
        var value = configuration[name] ?? configuration[name.Replace("__", ":", StringComparison.Ordinal)];
        return string.IsNullOrWhiteSpace(value) ? null : value;
    }

    private static string HowToSet(string name, string example) =>
        $"Write it into local.settings.json, \"Values\": {{ \"{name}\": \"{example}\" }}, or set the environment variable {name.Replace(":", "__", StringComparison.Ordinal)}={example}.";

    [GeneratedRegex("%(?<name>[^%]+)%")]
    private static partial Regex Placeholder();
}
