"""What holds for every declared resource of both environments; a new product is covered the moment it exists."""

import json
import re

from tests.contract.conftest import RULES, products

# Where each type says product, environment and team. A type that isn't listed here fails: decide, then add it.
TEXTS = {
    "datadog:index/dashboardJson:DashboardJson": ("dashboard",),
    "datadog:index/downtimeSchedule:DowntimeSchedule": ("message", "monitorIdentifier"),
    "datadog:index/incidentPostmortemTemplate:IncidentPostmortemTemplate": ("name",),
    "datadog:index/incidentType:IncidentType": ("name", "description"),
    "datadog:index/logsIndex:LogsIndex": ("tags", "name"),
    "datadog:index/logsMetric:LogsMetric": ("name", "filter"),
    "datadog:index/metricTagConfiguration:MetricTagConfiguration": (),
    "datadog:index/monitor:Monitor": ("tags", "name"),
    "datadog:index/serviceLevelObjective:ServiceLevelObjective": ("tags", "name"),
    "datadog:index/statusPage:StatusPage": ("name", "domainPrefix"),
    "datadog:index/statusPageComponent:StatusPageComponent": (),
    "datadog:index/statusPageDegradationTemplate:StatusPageDegradationTemplate": ("name",),
    "datadog:pagerduty/serviceObject:ServiceObject": (),
    "datadog:slack/channel:Channel": (),
    "grafana:alerting/contactPoint:ContactPoint": ("name",),
    "grafana:alerting/muteTiming:MuteTiming": ("name",),
    "grafana:alerting/ruleGroup:RuleGroup": ("name", "rules"),
    "grafana:connections/metricsEndpointScrapeJob:MetricsEndpointScrapeJob": ("staticLabels", "name"),
    "grafana:oss/dashboard:Dashboard": ("configJson",),
    "grafana:oss/folder:Folder": ("title", "uid"),
    "grafana:slo/sLO:SLO": ("labels", "name"),
    "grafana:syntheticMonitoring/check:Check": ("labels", "job"),
    "sentry:index/alert:Alert": ("name",),
    "sentry:index/dashboard:Dashboard": ("title",),
    "sentry:index/integrationPagerduty:IntegrationPagerduty": (),
    "sentry:index/key:Key": ("name",),
    "sentry:index/metricMonitor:MetricMonitor": ("name", "description"),
    "sentry:index/project:Project": ("name", "teams"),
    "sentry:index/projectInboundDataFilter:ProjectInboundDataFilter": (),
    "sentry:index/projectSpikeProtection:ProjectSpikeProtection": ("project",),
}
# Types with a field for the team and the environment; the others have only a name.
LABELLED = (
    "datadog:index/monitor:Monitor",
    "datadog:index/serviceLevelObjective:ServiceLevelObjective",
    "datadog:index/logsIndex:LogsIndex",
    "grafana:connections/metricsEndpointScrapeJob:MetricsEndpointScrapeJob",
    "grafana:slo/sLO:SLO",
    "grafana:syntheticMonitoring/check:Check",
)
# One per organisation: a second stack would overwrite what the first declared.
SINGLETONS = (
    "NotificationPolicy",
    "LogsIndexOrder",
    "LogsPipelineOrder",
    "LogsArchiveOrder",
    "MonitorConfigPolicy",
    "MetricMetadata",
    "CheckAlerts",
)
NAMES = ("name", "uid", "slug", "job", "domainPrefix", "serviceName", "title")


# What products share is no product's; components/ownership.py says which stack declares it.
SHARED = (
    "datadog:index/metricTagConfiguration:MetricTagConfiguration",
    "datadog:pagerduty/serviceObject:ServiceObject",
    "datadog:slack/channel:Channel",
    "sentry:index/integrationPagerduty:IntegrationPagerduty",
)


def by_name():
    return {product.name: product for product in products()}


def of_products(declared):
    return [each for each in declared.resources if each.type not in SHARED]


def test_every_type_that_is_declared_is_one_whose_texts_are_checked(declared):
    assert {each.type for each in declared.resources} <= set(TEXTS)


def test_every_logical_name_begins_with_its_product(declared):
    for resource in of_products(declared):
        assert any(resource.name.startswith(f"{name}-") for name in by_name()), resource.name


def test_every_text_names_the_product(declared):
    for resource in of_products(declared):
        texts = [json.dumps(resource.inputs[key]) for key in TEXTS[resource.type]]
        product = next(product for name, product in by_name().items() if resource.name.startswith(f"{name}-"))
        if texts:
            # The name of a metric at Datadog has underscores where a product's has hyphens.
            names = (product.name, product.title, f'"{product.name.replace("-", "_")}.')
            assert any(name in text for name in names for text in texts), resource.name


def test_everything_that_can_be_labelled_says_product_environment_and_team(declared):
    checked = 0
    for resource in declared.resources:
        if resource.type in LABELLED:
            labels = [resource.inputs.get(key) for key in ("tags", "labels", "staticLabels")]
            text = json.dumps(labels)
            product = next(product for name, product in by_name().items() if resource.name.startswith(f"{name}-"))
            for value in (product.name, declared.environment, product.team):
                assert value in text, (resource.name, value)
            checked += 1
    assert checked


def test_descriptions_say_that_code_manages_it_and_which_file(declared):
    for resource in declared.resources:
        for key in ("description", "message", "dashboard"):
            text = resource.inputs.get(key)
            if text:
                assert "Managed by code in stacks/" in text, resource.name
    for rule in declared.rules():
        assert "Managed by code in stacks/" in rule["annotations"]["description"]


def test_nothing_that_exists_once_per_organisation_is_declared(declared):
    assert not [each.type for each in declared.resources if each.type.rpartition(":")[2] in SINGLETONS]


def test_names_are_explicit_and_unique_per_vendor_type_across_both_environments(both):
    seen = {}
    for everything in both:
        for resource in everything.resources:
            for key in NAMES:
                name = resource.inputs.get(key)
                if name is None or (key == "name" and resource.type.endswith(":StatusPageComponent")):
                    continue
                identity = (resource.type, key, name)
                assert identity not in seen, f"{identity} of {resource.name} in {everything.stack} and {seen[identity]}"
                seen[identity] = everything.stack
        for rule in everything.rules():
            for key in ("uid", "name"):
                assert (key, rule[key]) not in seen
                seen[key, rule[key]] = everything.stack
    assert len(seen) > 50


def test_no_logical_name_is_declared_twice(declared):
    names = [(each.type, each.parent, each.name) for each in declared.resources]
    assert len(names) == len(set(names))


def test_no_text_contains_an_output_that_was_not_awaited(declared):
    assert "Output[" not in json.dumps([each.inputs for each in declared.resources])
    assert "Calling __str__" not in json.dumps([each.inputs for each in declared.resources])


def test_no_secret_stands_in_any_input(declared):
    text = json.dumps([each.inputs for each in declared.resources])
    assert "hooks.slack" not in text
    assert "mock" not in text
    assert "[secret]" in text


def test_every_parent_is_the_component_of_its_vendor(declared):
    for resource in declared.resources:
        vendor = resource.type.partition(":")[0]
        if resource.type in SHARED:
            assert (resource.parent, resource.name.partition("-")[0]) == ("once-per-account", vendor)
            continue
        product = next(name for name in by_name() if resource.name.startswith(f"{name}-"))
        assert resource.parent == f"{product}-{vendor}"


def without_what_waits_for_users(both):
    """What production declares and staging should too: logical names of what is left out there, and uids of rules."""
    return {
        f"{scope.product.name}-{prefix}{name}"
        for scope in both[1].scopes.values()
        for name in scope.left_out
        for prefix in ("", "rule-")
    }


def test_both_environments_declare_the_same_alerts_objectives_checks_and_dashboards(both):
    names = [{(each.type, each.name) for each in of_products(everything)} for everything in both]
    left_out = without_what_waits_for_users(both)
    assert {(kind, name) for kind, name in names[0] if name not in left_out} == names[1]


def test_thresholds_are_the_same_in_both_environments(both):
    production, staging = ({each.name: each.inputs for each in everything.monitors()} for everything in both)
    left_out = without_what_waits_for_users(both)
    for name, inputs in production.items():
        if name in left_out:
            continue
        assert inputs.get("monitorThresholds") == staging[name].get("monitorThresholds"), name
        assert inputs["priority"] == staging[name]["priority"]
    rules = [
        {
            group.name: [(rule["datas"][-1]["model"], rule["for"]) for rule in group.inputs["rules"]]
            for group in everything.of(RULES)
        }
        for everything in both
    ]
    assert {name: each for name, each in rules[0].items() if name not in left_out} == rules[1]
    errors = [
        {each.name: each.inputs["conditionGroup"] for each in everything.of("sentry:index/metricMonitor:MetricMonitor")}
        for everything in both
    ]
    assert errors[0] == errors[1]


def test_names_of_staging_say_so(both):
    for resource in both[1].resources:
        for key in ("uid", "slug", "domainPrefix"):
            if key in resource.inputs:
                assert resource.inputs[key].endswith("-staging")
    assert not [each.name for each in both[0].resources if re.search(r"\bstaging\b", json.dumps(each.inputs))], (
        "production mentions staging"
    )


def test_every_sentence_ends_once(declared):
    for resource in declared.resources:
        assert not re.findall(r".{30}[.?!]\.(?:[ \\\"]|$)", json.dumps(resource.inputs)), resource.name
