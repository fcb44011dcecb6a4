using System.Text.RegularExpressions;

namespace FunctionJobs.Tests;

public sealed partial class BicepTests
{
    private static readonly BicepFile Main = BicepFile.Named("main.bicep");

    [Fact]
    public void No_output_holds_a_secret()
    {
        var outputs = BicepFile.All.SelectMany(file => file.Outputs.Select(output => (file, output))).ToArray();

        Assert.NotEmpty(outputs);
        Assert.All(outputs, found =>
        {
            Assert.DoesNotMatch("(?i)list(Keys|Secrets|Sas)|password|connectionString|primaryKey|accessKey", found.output.Value);
            Assert.DoesNotContain(found.file.Parameters, parameter => parameter.IsSecure && Regex.IsMatch(found.output.Value, $@"\b{parameter.Name}\b"));
        });
    }

    [Fact]
    public void A_password_is_a_secure_parameter_without_a_default()
    {
        var passwords = BicepFile.All.SelectMany(file => file.Parameters)
            .Where(parameter => parameter.Name.Contains("password", StringComparison.OrdinalIgnoreCase))
            .ToArray();

        Assert.True(passwords.Length >= 2);
        Assert.All(passwords, password => Assert.True(password.IsSecure && !password.HasDefault, password.Name));
    }

    [Fact]
    public void Keys_and_connection_strings_go_into_the_vault_and_nowhere_else()
    {
        // Each use of a key is the value of a secret.
        Assert.All(
            BicepFile.All.SelectMany(file => file.Text.Split('\n')).Where(line => line.Contains("listKeys()", StringComparison.Ordinal)),
            line => Assert.StartsWith("    value: ", line, StringComparison.Ordinal));
        Assert.All(
            ["Redis", "Postgres", "Mail__Password", "WEBSITE_CONTENTAZUREFILECONNECTIONSTRING"],
            setting => Assert.Matches($@"\b{setting}: '@Microsoft\.KeyVault\(", BicepFile.Named("functions.bicep").Text));
    }

    [Fact]
    public void Every_secret_that_a_setting_refers_to_is_made()
    {
        var made = BicepFile.All.SelectMany(file => Secret().Matches(file.Text)).Select(match => match.Groups[1].Value);
        var used = Reference().Matches(BicepFile.Named("functions.bicep").Text).Select(match => match.Groups[1].Value);

        Assert.Equal(used.Order(StringComparer.Ordinal), made.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Modules_get_the_parameters_that_they_have()
    {
        var uses = BicepFile.All.SelectMany(file => file.Modules).ToArray();

        Assert.Equal(10, uses.Length);
        Assert.All(uses, use =>
        {
            var parameters = BicepFile.Named(use.File).Parameters.ToArray();
            Assert.Empty(use.Given.Except(parameters.Select(parameter => parameter.Name)));
            Assert.Empty(parameters.Where(parameter => !parameter.HasDefault).Select(parameter => parameter.Name).Except(use.Given));
        });
    }

    [Fact]
    public void Brackets_are_balanced()
    {
        Assert.All(BicepFile.All, file =>
        {
            var code = Text().Replace(file.Text, "''");
            Assert.Equal(code.Count(c => c == '{'), code.Count(c => c == '}'));
            Assert.Equal(code.Count(c => c == '['), code.Count(c => c == ']'));
            Assert.Equal(code.Count(c => c == '('), code.Count(c => c == ')'));
        });
    }

    [Fact]
    public void The_plan_is_one_that_runs_redis_triggers_and_never_sleeps()
    {
        Assert.Contains("@allowed(['EP1', 'EP2', 'EP3'])\nparam planSku", Main.Text, StringComparison.Ordinal);
        Assert.Matches(@"@minValue\(1\)\n@maxValue\(20\)\nparam alwaysReadyInstances int = [1-9]", Main.Text);
        Assert.Contains("minimumElasticInstanceCount: alwaysReadyInstances", BicepFile.Named("functions.bicep").Text, StringComparison.Ordinal);
        Assert.Contains("linuxFxVersion: empty(image) ? 'DOTNET-ISOLATED|10.0' : 'DOCKER|${image}'", BicepFile.Named("functions.bicep").Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_deployment_replaces_all_settings_so_further_ones_are_a_parameter_and_hold_before_the_others()
    {
        Assert.Contains("param extraSettings object = {}", Main.Text, StringComparison.Ordinal);
        Assert.Matches(@"    settings: union\(\n      \{[^}]+\},\n      extraSettings\n    \)\n", Main.Text);
        Assert.Matches(@"properties: union\([\w, ]+, settings\)", BicepFile.Named("functions.bicep").Text);
    }

    [Fact]
    public void An_image_stays_at_the_next_deployment_with_its_port_and_without_a_zip()
    {
        var functions = BicepFile.Named("functions.bicep").Text;
        var content = Content().Match(functions);

        Assert.Contains("param image string = ''", Main.Text, StringComparison.Ordinal);
        Assert.Contains("    image: image\n", Main.Text, StringComparison.Ordinal);
        Assert.Equal("WEBSITE_RUN_FROM_PACKAGE: '1'", content.Groups["zip"].Value.Trim());
        Assert.Contains("WEBSITES_ENABLE_APP_SERVICE_STORAGE: 'false'", content.Groups["image"].Value, StringComparison.Ordinal);
        Assert.Contains(
            $"\nEXPOSE {Regex.Match(content.Groups["image"].Value, @"WEBSITES_PORT: '(\d+)'").Groups[1].Value}\n",
            Repository.Read("Dockerfile"),
            StringComparison.Ordinal);
        Assert.Matches(@"properties: union\([\w, ]*\bcontent,", functions);
        Assert.Single(Regex.Matches(functions, "WEBSITE_RUN_FROM_PACKAGE"));
    }

    [Fact]
    public void An_image_is_pulled_as_the_identity_that_the_app_has() =>
        Assert.Matches(
            @"      acrUseManagedIdentityCreds: true\n      acrUserManagedIdentityID: identity\.properties\.clientId\n",
            BicepFile.Named("functions.bicep").Text);

    [Fact]
    public void The_name_of_a_deleted_vault_is_free_after_the_shortest_time_that_Azure_knows() =>
        Assert.Contains("softDeleteRetentionInDays: 7\n", BicepFile.Named("vault.bicep").Text, StringComparison.Ordinal);

    [Fact]
    public void A_region_without_zones_can_have_the_storage_account()
    {
        Assert.Contains("@allowed(['Standard_ZRS', 'Standard_LRS'])\nparam storageSku string = 'Standard_ZRS'", Main.Text, StringComparison.Ordinal);
        Assert.Contains("    sku: storageSku\n", Main.Text, StringComparison.Ordinal);
        Assert.Contains("  sku: {\n    name: sku\n", BicepFile.Named("storage.bicep").Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_disk_that_has_grown_can_be_named_at_the_next_deployment()
    {
        var postgres = BicepFile.Named("postgres.bicep").Text;

        Assert.Contains("autoGrow: 'Enabled'", postgres, StringComparison.Ordinal);
        Assert.Contains("storageSizeGB: storageGB\n", postgres, StringComparison.Ordinal);
        Assert.Contains("    storageGB: postgresStorageGB\n", Main.Text, StringComparison.Ordinal);
        Assert.Contains("`postgresStorageGB`", Repository.Read("docs/deploy.md"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_mail_server_at_port_465_can_be_named()
    {
        Assert.Contains("@allowed(['StartTls', 'Ssl', 'None'])\nparam mailSecurity string = 'StartTls'", Main.Text, StringComparison.Ordinal);
        Assert.Contains("        Mail__Security: mailSecurity\n", Main.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Redis_is_managed_redis_that_keeps_jobs()
    {
        var redis = BicepFile.Named("redis.bicep").Text;

        Assert.All(
            ["var port = 10000", "clientProtocol: 'Encrypted'", "clusteringPolicy: 'OSSCluster'", "evictionPolicy: 'NoEviction'", "aofEnabled: true", "aofFrequency: '1s'"],
            line => Assert.Contains(line, redis, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_setting_of_the_app_is_documented()
    {
        var settings = BicepFile.All.SelectMany(file => Setting().Matches(file.Text)).Select(match => match.Groups[1].Value).ToArray();

        Assert.True(settings.Length > 20);
        Assert.All(settings, name => Assert.True(Settings.IsKnown(name), $"{name} is not in docs/configuration.md."));
    }

    [Fact]
    public void The_example_gives_what_is_needed_and_no_password()
    {
        var example = Repository.Read("deploy/azure/main.example.bicepparam");
        var given = Given().Matches(example).ToDictionary(match => match.Groups[1].Value, match => match.Groups[2].Value);

        Assert.Empty(given.Keys.Except(Main.Parameters.Select(parameter => parameter.Name)));
        Assert.Empty(Main.Parameters.Where(parameter => !parameter.HasDefault).Select(parameter => parameter.Name).Except(given.Keys));
        Assert.All(
            Main.Parameters.Where(parameter => parameter.IsSecure),
            secret => Assert.StartsWith("readEnvironmentVariable(", given[secret.Name], StringComparison.Ordinal));
    }

    [GeneratedRegex(@"vaultName: \S+\n    name: '([a-z-]+)'")]
    private static partial Regex Secret();

    [GeneratedRegex(@"SecretUri=\$\{secrets\}/([a-z-]+)\)")]
    private static partial Regex Reference();

    [GeneratedRegex(@"var content = empty\(image\)\n  \? \{(?<zip>[^}]+)\}\n  : \{(?<image>[^}]+)\}\n")]
    private static partial Regex Content();

    [GeneratedRegex(@"'(?:[^'\n\\]|\\.)*'")]
    private static partial Regex Text();

    [GeneratedRegex(@"^ +((?:Redis|Postgres|Mail|Images|WEBSITES?|FUNCTIONS|AzureWebJobs\w+|APPLICATIONINSIGHTS|AZURE)(?:_+\w+)?): ", RegexOptions.Multiline)]
    private static partial Regex Setting();

    [GeneratedRegex(@"^param (\w+) = (.+)$", RegexOptions.Multiline)]
    private static partial Regex Given();
}
