using FunctionJobs.Emulator.Startup;
using Microsoft.Azure.Functions.Worker.Builder;

namespace FunctionJobs.Emulator.Tests.Startup;

public sealed class LocalSettingsTests
{
    [Fact]
    public void Values_are_settings_and_a_double_underscore_divides_their_parts()
    {
        using var folder = new AppFolder(localSettings: """
            { "IsEncrypted": false, "Values": { "Plain": "1", "A__B": "2" }, "ConnectionStrings": { "Db": "3" } }
            """);
        var builder = Builder(folder, folder);
        Assert.Equal("1", builder.Configuration["Plain"]);
        Assert.Equal("2", builder.Configuration["A:B"]);
        Assert.Equal("3", builder.Configuration["ConnectionStrings:Db"]);
    }

    [Fact]
    public void The_environment_wins_over_values_and_the_command_line_over_both()
    {
        var name = Unique.Name("Setting");
        using var folder = new AppFolder(localSettings: $$"""{ "Values": { "{{name}}": "file", "Other{{name}}": "file" } }""");
        File.WriteAllText(Path.Combine(folder.Path, "appsettings.json"), $$"""{ "{{name}}": "json", "Other{{name}}": "json" }""");
        Environment.SetEnvironmentVariable(name, "environment");

        var builder = Builder(folder, folder);
        Assert.Equal("environment", builder.Configuration[name]);
        Assert.Equal("file", builder.Configuration[$"Other{name}"]);
        Assert.Equal("argument", Builder(folder, folder, $"--{name}=argument").Configuration[name]);
    }

    [Fact]
    public void The_file_in_the_current_directory_wins_over_the_one_beside_the_app()
    {
        using var app = new AppFolder(localSettings: """{ "Values": { "A": "app", "B": "app" } }""");
        using var current = new AppFolder(localSettings: """{ "Values": { "A": "current" } }""");
        var builder = Builder(app, current);
        Assert.Equal("current", builder.Configuration["A"]);
        Assert.Equal("app", builder.Configuration["B"]);
    }

    [Fact]
    public void An_encrypted_file_is_refused()
    {
        using var folder = new AppFolder(localSettings: """{ "IsEncrypted": true, "Values": {} }""");
        Assert.Contains("func settings decrypt", Assert.Throws<StartupException>(() => Builder(folder, folder)).Message, StringComparison.Ordinal);
    }

    private static FunctionsApplicationBuilder Builder(AppFolder app, AppFolder current, params string[] args) =>
        new EmulatorSetup { FunctionTypes = () => [], BaseDirectory = app.Path, CurrentDirectory = current.Path }.CreateBuilder(args);
}
