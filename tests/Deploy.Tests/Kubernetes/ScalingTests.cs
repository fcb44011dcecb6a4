using System.Globalization;
using YamlDotNet.RepresentationModel;

namespace FunctionJobs.Tests;

public sealed class ScalingTests
{
    private static readonly YamlNode ScaledObject = Yaml.Document("deploy/kubernetes/scaling.yaml", "ScaledObject");

    [Fact]
    public void Keda_looks_at_the_keys_that_the_triggers_read()
    {
        var scaled = ScaledObject.At("spec", "triggers").Items().Select(trigger => trigger.At("type").Text() switch
        {
            "redis" => ("List", trigger.At("metadata", "listName").Text()),
            "redis-streams" => ("Stream", trigger.At("metadata", "stream").Text()),
            var other => (other, ""),
        });

        var triggers = Triggers.OfFunctions().Values;
        Assert.Equal(2, triggers.Count);
        Assert.Equal(triggers.Order(), scaled.Order());
    }

    [Fact]
    public void It_scales_on_list_length_and_stream_lag()
    {
        var (list, stream) = (Trigger("redis"), Trigger("redis-streams"));

        Assert.True(Number(list.At("metadata", "listLength")) > 0);
        Assert.True(Number(stream.At("metadata", "lagCount")) > 0);
        // One of these would be taken instead of the lag.
        Assert.Null(stream.At("metadata").Find("pendingEntriesCount"));
        Assert.Null(stream.At("metadata").Find("streamLength"));
        // KEDA 2.11 refuses the trigger without it, 2.16 with 0.
        Assert.Equal(1, Number(stream.At("metadata", "activationLagCount")));
        // The host makes a class Functions with a method per function, and the trigger names its group after both.
        Assert.Equal(
            $"Functions.{Triggers.OfFunctions().Single(trigger => trigger.Value.Kind == "Stream").Key}",
            stream.At("metadata", "consumerGroup").Text());
    }

    [Fact]
    public void At_least_one_pod_runs_since_retries_and_rescues_need_one() =>
        Assert.True(Number(ScaledObject.At("spec", "minReplicaCount")) >= 1);

    [Fact]
    public void It_scales_the_deployment_with_a_login_that_is_there()
    {
        var deployment = Yaml.Document("deploy/kubernetes/functions.yaml", "Deployment");
        var login = Yaml.Document("deploy/kubernetes/scaling.yaml", "TriggerAuthentication");

        Assert.Equal(deployment.At("metadata", "name").Text(), ScaledObject.At("spec", "scaleTargetRef", "name").Text());
        Assert.Null(deployment.At("spec").Find("replicas"));
        Assert.All(
            ScaledObject.At("spec", "triggers").Items(),
            trigger => Assert.Equal(login.At("metadata", "name").Text(), trigger.At("authenticationRef", "name").Text()));
    }

    private static YamlNode Trigger(string type) =>
        ScaledObject.At("spec", "triggers").Items().Single(trigger => trigger.At("type").Text() == type);

    private static int Number(YamlNode node) => int.Parse(node.Text(), CultureInfo.InvariantCulture);
}
