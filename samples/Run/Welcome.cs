namespace FunctionJobs.Samples.Run;

/// <summary>What the person who started everything sees.</summary>
internal static class Welcome
{
    public static void Print(Stack stack, string photo) => Console.WriteLine($$"""

        API       {{stack.ApiUrl}}
        Redis     {{stack.Servers.Redis?.ConnectionString ?? Yours("Redis")}}
        Postgres  {{stack.Servers.Postgres?.ConnectionString ?? Yours("Postgres")}}
        Mails     {{Settings.OfUser("Mail__Host") ?? stack.Settings["Mail__PickupFolder"]}}
        Pictures  {{(stack.Settings["Images__Folder"] is { Length: > 0 } folder ? folder : "the blob container")}}

        Try it:
          curl {{stack.ApiUrl}}/health
          curl {{stack.ApiUrl}}/auth/register -H 'Content-Type: application/json' -d '{"name":"Ada","email":"ada@example.com"}'
          curl {{stack.ApiUrl}}/posts -F title=Hello -F 'image=@{{Repository.Shown(photo)}}'
          curl {{stack.ApiUrl}}/posts/1

        Ctrl+C stops everything; the data stay.

        """);

    // A private server's password is shown, for whoever wants to look inside. That of a server of somebody's own is nobody's business.
    private static string Yours(string variable) => $"yours, of the variable {variable}";
}
