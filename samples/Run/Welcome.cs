namespace FunctionJobs.Samples.Run;

/// <summary>What the person who started everything sees.</summary>
internal static class Welcome
{
    public static void Print(Stack stack, string photo) => Console.WriteLine($$"""

        API       {{stack.ApiUrl}}
        Redis     {{stack.Servers.RedisConnectionString}}
        Postgres  {{stack.Servers.PostgresConnectionString}}
        Mails     {{Settings.OfUser("Mail__Host") ?? stack.Settings["Mail__PickupFolder"]}}
        Pictures  {{(stack.Settings["Images__Folder"] is { Length: > 0 } folder ? folder : "the blob container")}}

        Try it:
          curl {{stack.ApiUrl}}/health
          curl {{stack.ApiUrl}}/auth/register -H 'Content-Type: application/json' -d '{"name":"Ada","email":"ada@example.com"}'
          curl {{stack.ApiUrl}}/posts -F title=Hello -F 'image=@{{Repository.Shown(photo)}}'
          curl {{stack.ApiUrl}}/posts/1

        Ctrl+C stops everything; the data stay.

        """);
}
