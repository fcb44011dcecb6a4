namespace FunctionJobs.Samples.Run;

/// <summary>What the person who started everything sees.</summary>
internal static class Welcome
{
    public static void Print(Stack stack) => Console.WriteLine($$"""

        API       {{stack.ApiUrl}}
        Redis     {{stack.Servers.RedisConnectionString}}
        Postgres  {{stack.Servers.PostgresConnectionString}}
        Mails     {{stack.Settings["Mail__PickupFolder"]}}
        Pictures  {{stack.Settings["Images__Folder"]}}

        Try it:
          curl {{stack.ApiUrl}}/health
          curl {{stack.ApiUrl}}/auth/register -H 'Content-Type: application/json' -d '{"name":"Ada","email":"ada@example.com"}'
          curl {{stack.ApiUrl}}/posts -F title=Hello -F image=@picture.jpg

        Ctrl+C stops everything; the data stay.

        """);
}
