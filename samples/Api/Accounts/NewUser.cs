using System.Text.RegularExpressions;

namespace FunctionJobs.Samples.Api;

/// <summary>Who wants an account.</summary>
/// <param name="Email">An address as browsers accept it, at most 254 characters. One account per address.</param>
/// <param name="Name">How the user is greeted, 1 to 100 characters on one line.</param>
internal sealed partial record NewUser(string? Email, string? Name)
{
    private const int LongestEmail = 254;
    private const int LongestName = 100;

    /// <summary>What is wrong, by field; empty when nothing is.</summary>
    public Dictionary<string, string[]> Problems()
    {
        var problems = new Dictionary<string, string[]>();
        if (string.IsNullOrWhiteSpace(Email))
        {
            problems["email"] = ["An e-mail address is needed."];
        }
        else if (Email.Length > LongestEmail || !Address().IsMatch(Email))
        {
            problems["email"] = [$"This is not an e-mail address of at most {LongestEmail} characters."];
        }

        if (Line.Problem(Name, LongestName) is { } problem)
        {
            problems["name"] = [problem];
        }

        return problems;
    }

    // What HTML lets <input type=email> hold, without dots at an end of the local part or side by side, which mail servers refuse. Both
    // cases are spelt out: to RegexOptions.IgnoreCase the Kelvin sign (U+212A) is a k.
    [GeneratedRegex(
        @"^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*\z")]
    private static partial Regex Address();
}
