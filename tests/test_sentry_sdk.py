"""The hand-written Sentry package speaks to the engine as the generated one would."""

import base64
import inspect
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pulumi
import pulumi_sentry as sentry
import pytest
from pulumi.runtime import rpc
from pulumi.runtime.mocks import MockCallArgs, MockMonitor, MockResourceArgs, Mocks

# What `pulumi package add` writes for terraform-provider-sentry 0.15.4.
PARAMETER = "eyJyZW1vdGUiOnsidXJsIjoicmVnaXN0cnkub3BlbnRvZnUub3JnL2ppYW55dWFuL3NlbnRyeSIsInZlcnNpb24iOiIwLjE1LjQifX0="

TEAM = {
    "hasAccess": True,
    "id": "backend",
    "internalId": "11",
    "isMember": False,
    "isPending": False,
    "name": "Backend",
    "organization": "acme",
    "slug": "backend",
}
INTEGRATION = {
    "id": "501",
    "internalId": "501",
    "name": "Acme",
    "organization": "acme",
    "providerKey": "slack",
}
ERROR_MONITOR = {
    "description": None,
    "enabled": True,
    "first": True,
    "id": "77",
    "name": "Error Monitor",
    "organization": "acme",
    "owner": {"teamId": "11", "userId": None},
    "project": "4501",
}
ORGANIZATION = {"id": "acme", "internalId": "1", "name": "Acme", "slug": "acme"}
RESULTS = {
    "sentry:index/getOrganization:getOrganization": ORGANIZATION,
    "sentry:index/getTeam:getTeam": TEAM,
    "sentry:index/getOrganizationIntegration:getOrganizationIntegration": INTEGRATION,
    "sentry:index/getProjectErrorMonitor:getProjectErrorMonitor": ERROR_MONITOR,
}
COMPUTED = {
    "sentry:index/project:Project": {"internalId": "4501", "features": ["alerts"]},
    "sentry:index/key:Key": {"dsn": {"public": "dsn-of-the-key"}, "dsnPublic": "dsn-of-the-key", "projectId": "4501"},
    "sentry:index/dashboard:Dashboard": {"internalId": "9"},
}


class Provider(Mocks):
    def __init__(self) -> None:
        self.resources: list[tuple[str, str, dict[str, Any]]] = []
        self.calls: list[tuple[str, dict[str, Any]]] = []

    def new_resource(self, args: MockResourceArgs) -> tuple[str, dict[str, Any]]:
        self.resources.append((args.typ, args.name, args.inputs))
        return f"{args.name}-id", args.inputs | COMPUTED.get(args.typ, {})

    def call(self, args: MockCallArgs) -> dict[str, Any]:
        self.calls.append((args.token, args.args))
        return RESULTS[args.token]


class Engine(MockMonitor):
    def __init__(self, provider: Provider, ref: str) -> None:
        super().__init__(provider)
        self.ref = ref
        self.packages: list[Any] = []
        self.requests: list[Any] = []

    def RegisterPackage(self, request: Any) -> Any:  # noqa: N802
        self.packages.append(request)
        response = super().RegisterPackage(request)
        response.ref = self.ref
        return response

    def RegisterResource(self, request: Any) -> Any:  # noqa: N802
        if request.type != "pulumi:pulumi:Stack":
            self.requests.append(request)
        return super().RegisterResource(request)

    def Invoke(self, request: Any) -> Any:  # noqa: N802
        self.requests.append(request)
        return super().Invoke(request)


class Run:
    """One run of a program, and everything it asked of the engine and the provider."""

    def __init__(self, program: Callable[[], Any], ref: str = "ref-of-this-run", *, preview: bool = False) -> None:
        self.provider = Provider()
        self.engine = Engine(self.provider, ref)
        self.result: Any = None
        pulumi.runtime.set_mocks(self.provider, monitor=self.engine, preview=preview)
        pulumi.runtime.test(lambda: pulumi.Output.from_input(program()).apply(self._keep))()

    def _keep(self, result: Any) -> None:
        self.result = result

    @property
    def inputs(self) -> dict[str, Any]:
        ((_, _, inputs),) = self.provider.resources
        return inputs

    @property
    def request(self) -> Any:
        (request,) = self.engine.requests
        return request


EVERY_CONDITION = [
    sentry.AlertActionFilterConditionArgs(
        age_comparison=sentry.AlertActionFilterConditionAgeComparisonArgs(
            comparison_type="newer", time="hour", value=2
        ),
    ),
    sentry.AlertActionFilterConditionArgs(
        assigned_to=sentry.AlertActionFilterConditionAssignedToArgs(target_id="11", target_type="Team"),
    ),
    sentry.AlertActionFilterConditionArgs(
        event_attribute=sentry.AlertActionFilterConditionEventAttributeArgs(
            attribute="message", match="co", value="AUTH_INVALID_TOKEN"
        ),
    ),
    sentry.AlertActionFilterConditionArgs(
        event_frequency_count=sentry.AlertActionFilterConditionEventFrequencyCountArgs(
            interval="15m",
            value=5,
            filters=[
                sentry.AlertActionFilterConditionEventFrequencyCountFilterArgs(
                    attribute="message", key="k", match="eq", value="v"
                )
            ],
        ),
    ),
    sentry.AlertActionFilterConditionArgs(
        event_frequency_percent=sentry.AlertActionFilterConditionEventFrequencyPercentArgs(
            comparison_interval="1w",
            interval="1h",
            value=50,
            filters=[
                sentry.AlertActionFilterConditionEventFrequencyPercentFilterArgs(
                    attribute="message", key="k", match="eq", value="v"
                )
            ],
        ),
    ),
    sentry.AlertActionFilterConditionArgs(
        event_unique_user_frequency_count=sentry.AlertActionFilterConditionEventUniqueUserFrequencyCountArgs(
            interval="1h",
            value=20,
            filters=[
                sentry.AlertActionFilterConditionEventUniqueUserFrequencyCountFilterArgs(
                    attribute="message", key="k", match="eq", value="v"
                )
            ],
        ),
    ),
    sentry.AlertActionFilterConditionArgs(
        issue_category=sentry.AlertActionFilterConditionIssueCategoryArgs(value=1, include=True),
    ),
    sentry.AlertActionFilterConditionArgs(
        issue_occurrences=sentry.AlertActionFilterConditionIssueOccurrencesArgs(value=10),
    ),
    sentry.AlertActionFilterConditionArgs(
        issue_priority_deescalating=sentry.AlertActionFilterConditionIssuePriorityDeescalatingArgs(comparison=50),
    ),
    sentry.AlertActionFilterConditionArgs(
        issue_priority_greater_or_equal=sentry.AlertActionFilterConditionIssuePriorityGreaterOrEqualArgs(comparison=75),
    ),
    sentry.AlertActionFilterConditionArgs(
        issue_type=sentry.AlertActionFilterConditionIssueTypeArgs(include=False, value="error"),
    ),
    sentry.AlertActionFilterConditionArgs(latest_release=sentry.AlertActionFilterConditionLatestReleaseArgs()),
    sentry.AlertActionFilterConditionArgs(level=sentry.AlertActionFilterConditionLevelArgs(level=40, match="gte")),
    sentry.AlertActionFilterConditionArgs(
        tagged_event=sentry.AlertActionFilterConditionTaggedEventArgs(key="payment.failed", match="is", value="yes"),
    ),
]
EVENT_FILTERS = [{"attribute": "message", "key": "k", "match": "eq", "value": "v"}]
EVERY_CONDITION_ON_THE_WIRE = [
    {"ageComparison": {"comparisonType": "newer", "time": "hour", "value": 2}},
    {"assignedTo": {"targetId": "11", "targetType": "Team"}},
    {"eventAttribute": {"attribute": "message", "match": "co", "value": "AUTH_INVALID_TOKEN"}},
    {"eventFrequencyCount": {"interval": "15m", "value": 5, "filters": EVENT_FILTERS}},
    {"eventFrequencyPercent": {"comparisonInterval": "1w", "interval": "1h", "value": 50, "filters": EVENT_FILTERS}},
    {"eventUniqueUserFrequencyCount": {"interval": "1h", "value": 20, "filters": EVENT_FILTERS}},
    {"issueCategory": {"value": 1, "include": True}},
    {"issueOccurrences": {"value": 10}},
    {"issuePriorityDeescalating": {"comparison": 50}},
    {"issuePriorityGreaterOrEqual": {"comparison": 75}},
    {"issueType": {"include": False, "value": "error"}},
    {"latestRelease": {}},
    {"level": {"level": 40, "match": "gte"}},
    {"taggedEvent": {"key": "payment.failed", "match": "is", "value": "yes"}},
]

# Per resource: its type token, every argument it takes, and what the provider must get for them.
EVERYTHING: dict[Any, tuple[str, dict[str, Any], dict[str, Any]]] = {
    sentry.Alert: (
        "sentry:index/alert:Alert",
        {
            "action_filters": [
                sentry.AlertActionFilterArgs(
                    actions=[
                        sentry.AlertActionFilterActionArgs(
                            email=sentry.AlertActionFilterActionEmailArgs(
                                target_type="team", fallthrough_type="NoOne", target_id="11"
                            )
                        ),
                        sentry.AlertActionFilterActionArgs(
                            pagerduty=sentry.AlertActionFilterActionPagerdutyArgs(
                                integration_id="502", service_id="S1", service_name="api", severity="critical"
                            )
                        ),
                        sentry.AlertActionFilterActionArgs(
                            slack=sentry.AlertActionFilterActionSlackArgs(
                                channel_name="#alerts",
                                integration_id="501",
                                channel_id="C1",
                                notes="runbook",
                                tags="release",
                            )
                        ),
                    ],
                    logic_type="all",
                    conditions=EVERY_CONDITION,
                )
            ],
            "frequency_minutes": 30,
            "monitor_ids": ["77"],
            "organization": "acme",
            "enabled": True,
            "environment": "production",
            "legacy_trigger_conditions": ["first_seen_event"],
            "name": "Payments fail",
            "trigger_conditions": [
                sentry.AlertTriggerConditionArgs(first_seen_event=sentry.AlertTriggerConditionFirstSeenEventArgs()),
                sentry.AlertTriggerConditionArgs(
                    issue_resolved_trigger=sentry.AlertTriggerConditionIssueResolvedTriggerArgs()
                ),
                sentry.AlertTriggerConditionArgs(reappeared_event=sentry.AlertTriggerConditionReappearedEventArgs()),
                sentry.AlertTriggerConditionArgs(regression_event=sentry.AlertTriggerConditionRegressionEventArgs()),
            ],
        },
        {
            "actionFilters": [
                {
                    "actions": [
                        {"email": {"targetType": "team", "fallthroughType": "NoOne", "targetId": "11"}},
                        {
                            "pagerduty": {
                                "integrationId": "502",
                                "serviceId": "S1",
                                "serviceName": "api",
                                "severity": "critical",
                            }
                        },
                        {
                            "slack": {
                                "channelName": "#alerts",
                                "integrationId": "501",
                                "channelId": "C1",
                                "notes": "runbook",
                                "tags": "release",
                            }
                        },
                    ],
                    "logicType": "all",
                    "conditions": EVERY_CONDITION_ON_THE_WIRE,
                }
            ],
            "frequencyMinutes": 30,
            "monitorIds": ["77"],
            "organization": "acme",
            "enabled": True,
            "environment": "production",
            "legacyTriggerConditions": ["first_seen_event"],
            "name": "Payments fail",
            "triggerConditions": [
                {"firstSeenEvent": {}},
                {"issueResolvedTrigger": {}},
                {"reappearedEvent": {}},
                {"regressionEvent": {}},
            ],
        },
    ),
    sentry.Dashboard: (
        "sentry:index/dashboard:Dashboard",
        {
            "organization": "acme",
            "title": "Errors",
            "widgets": [
                sentry.DashboardWidgetArgs(
                    display_type="big_number",
                    layout=sentry.DashboardWidgetLayoutArgs(h=1, min_h=1, w=2, x=0, y=0),
                    queries=[
                        sentry.DashboardWidgetQueryArgs(
                            aggregates=["count()"],
                            columns=["title"],
                            conditions="level:error",
                            field_aliases=["Errors"],
                            fields=["title", "count()"],
                            id="2",
                            name="errors",
                            order_by="-count()",
                        )
                    ],
                    title="Errors",
                    id="1",
                    interval="5m",
                    limit=5,
                    widget_type="error-events",
                )
            ],
        },
        {
            "organization": "acme",
            "title": "Errors",
            "widgets": [
                {
                    "displayType": "big_number",
                    "layout": {"h": 1, "minH": 1, "w": 2, "x": 0, "y": 0},
                    "queries": [
                        {
                            "aggregates": ["count()"],
                            "columns": ["title"],
                            "conditions": "level:error",
                            "fieldAliases": ["Errors"],
                            "fields": ["title", "count()"],
                            "id": "2",
                            "name": "errors",
                            "orderBy": "-count()",
                        }
                    ],
                    "title": "Errors",
                    "id": "1",
                    "interval": "5m",
                    "limit": 5,
                    "widgetType": "error-events",
                }
            ],
        },
    ),
    sentry.IntegrationPagerduty: (
        "sentry:index/integrationPagerduty:IntegrationPagerduty",
        {"integration_id": "502", "integration_key": "routing", "organization": "acme", "service": "api"},
        {"integrationId": "502", "integrationKey": "routing", "organization": "acme", "service": "api"},
    ),
    sentry.Key: (
        "sentry:index/key:Key",
        {
            "organization": "acme",
            "project": "4501",
            "javascript_loader_script": sentry.KeyJavascriptLoaderScriptArgs(
                browser_sdk_version="8.x",
                debug_enabled=False,
                performance_monitoring_enabled=True,
                session_replay_enabled=False,
            ),
            "name": "backend",
            "rate_limit_count": 1000,
            "rate_limit_window": 60,
        },
        {
            "organization": "acme",
            "project": "4501",
            "javascriptLoaderScript": {
                "browserSdkVersion": "8.x",
                "debugEnabled": False,
                "performanceMonitoringEnabled": True,
                "sessionReplayEnabled": False,
            },
            "name": "backend",
            "rateLimitCount": 1000,
            "rateLimitWindow": 60,
        },
    ),
    sentry.MetricMonitor: (
        "sentry:index/metricMonitor:MetricMonitor",
        {
            "aggregate": "failure_rate()",
            "condition_group": sentry.MetricMonitorConditionGroupArgs(
                conditions=[
                    sentry.MetricMonitorConditionGroupConditionArgs(
                        condition_result=75,
                        type="gt",
                        comparison=0.05,
                        comparison_sensitivity="low",
                        comparison_threshold_type="above",
                    )
                ],
                logic_type="any",
            ),
            "dataset": "events_analytics_platform",
            "event_types": ["trace_item_span"],
            "issue_detection": sentry.MetricMonitorIssueDetectionArgs(type="percent", comparison_delta=3600),
            "organization": "acme",
            "project": "4501",
            "description": "too many fail",
            "enabled": True,
            "environment": "production",
            "extrapolation_mode": "none",
            "name": "Failure rate",
            "owner": sentry.MetricMonitorOwnerArgs(team_id="11", user_id="12"),
            "query": "is_transaction:true",
            "query_type": "performance",
            "time_window_seconds": 300,
        },
        {
            "aggregate": "failure_rate()",
            "conditionGroup": {
                "conditions": [
                    {
                        "conditionResult": 75,
                        "type": "gt",
                        "comparison": 0.05,
                        "comparisonSensitivity": "low",
                        "comparisonThresholdType": "above",
                    }
                ],
                "logicType": "any",
            },
            "dataset": "events_analytics_platform",
            "eventTypes": ["trace_item_span"],
            "issueDetection": {"type": "percent", "comparisonDelta": 3600},
            "organization": "acme",
            "project": "4501",
            "description": "too many fail",
            "enabled": True,
            "environment": "production",
            "extrapolationMode": "none",
            "name": "Failure rate",
            "owner": {"teamId": "11", "userId": "12"},
            "query": "is_transaction:true",
            "queryType": "performance",
            "timeWindowSeconds": 300,
        },
    ),
    sentry.Project: (
        "sentry:index/project:Project",
        {
            "organization": "acme",
            "teams": ["backend"],
            "client_security": sentry.ProjectClientSecurityArgs(
                allowed_domains=["*.acme.example"],
                scrape_javascript=True,
                security_token="token",
                security_token_header="X-Token",
                verify_tls_ssl=True,
            ),
            "default_key": False,
            "default_rules": False,
            "digests_max_delay": 1800,
            "digests_min_delay": 300,
            "filters": sentry.ProjectFiltersArgs(
                blacklisted_ips=["192.0.2.1"], error_messages=["ResizeObserver*"], releases=["0.*"]
            ),
            "fingerprinting_rules": "type:Timeout -> timeout",
            "grouping_enhancements": "+app",
            "highlight_tags": ["release"],
            "name": "Backend",
            "platform": "node-express",
            "resolve_age": 720,
            "slug": "backend",
        },
        {
            "organization": "acme",
            "teams": ["backend"],
            "clientSecurity": {
                "allowedDomains": ["*.acme.example"],
                "scrapeJavascript": True,
                "securityToken": "token",
                "securityTokenHeader": "X-Token",
                "verifyTlsSsl": True,
            },
            "defaultKey": False,
            "defaultRules": False,
            "digestsMaxDelay": 1800,
            "digestsMinDelay": 300,
            "filters": {
                "blacklistedIps": ["192.0.2.1"],
                "errorMessages": ["ResizeObserver*"],
                "releases": ["0.*"],
            },
            "fingerprintingRules": "type:Timeout -> timeout",
            "groupingEnhancements": "+app",
            "highlightTags": ["release"],
            "name": "Backend",
            "platform": "node-express",
            "resolveAge": 720,
            "slug": "backend",
        },
    ),
    sentry.ProjectInboundDataFilter: (
        "sentry:index/projectInboundDataFilter:ProjectInboundDataFilter",
        {
            "filter_id": "legacy-browsers",
            "organization": "acme",
            "project": "4501",
            "active": True,
            "subfilters": ["ie"],
        },
        {
            "filterId": "legacy-browsers",
            "organization": "acme",
            "project": "4501",
            "active": True,
            "subfilters": ["ie"],
        },
    ),
    sentry.ProjectSpikeProtection: (
        "sentry:index/projectSpikeProtection:ProjectSpikeProtection",
        {"enabled": True, "organization": "acme", "project": "backend"},
        {"enabled": True, "organization": "acme", "project": "backend"},
    ),
}
each_resource = pytest.mark.parametrize("resource", EVERYTHING, ids=lambda resource: resource.__name__)

REQUIRED = {
    sentry.Alert: {"action_filters", "frequency_minutes", "monitor_ids", "organization"},
    sentry.Dashboard: {"organization", "title"},
    sentry.IntegrationPagerduty: {"integration_id", "integration_key", "organization", "service"},
    sentry.Key: {"organization", "project"},
    sentry.MetricMonitor: {
        "aggregate",
        "condition_group",
        "dataset",
        "event_types",
        "issue_detection",
        "organization",
        "project",
    },
    sentry.Project: {"organization", "teams"},
    sentry.ProjectInboundDataFilter: {"filter_id", "organization", "project"},
    sentry.ProjectSpikeProtection: {"enabled", "organization", "project"},
}


def plain(args: Any) -> Any:
    """Nested argument objects as the dicts with snake_case keys that may stand for them."""
    if isinstance(args, list):
        return [plain(item) for item in args]
    if isinstance(args, dict) or hasattr(type(args), "_pulumi_input_type"):
        return {key: plain(value) for key, value in (args if isinstance(args, dict) else vars(args)).items()}
    return args


def arguments(resource: Any) -> dict[str, inspect.Parameter]:
    parameters = inspect.signature(resource).parameters
    return {name: each for name, each in parameters.items() if name not in {"resource_name", "opts"}}


@each_resource
def test_every_argument_reaches_the_provider_under_its_camel_case_name(resource: Any) -> None:
    token, given, on_the_wire = EVERYTHING[resource]
    assert set(given) == set(arguments(resource)), "the case leaves out an argument"

    run = Run(lambda: resource("one", **given))

    ((registered, name, inputs),) = run.provider.resources
    assert (registered, name) == (token, "one")
    assert {key: rpc.unwrap_rpc_secret(value) for key, value in inputs.items()} == on_the_wire


@each_resource
def test_plain_dicts_with_snake_case_keys_give_the_same_inputs_as_argument_classes(resource: Any) -> None:
    given = EVERYTHING[resource][1]
    assert Run(lambda: resource("one", **plain(given))).inputs == Run(lambda: resource("one", **given)).inputs


@each_resource
def test_only_required_arguments_are_required_and_the_others_are_not_sent(resource: Any) -> None:
    required = {name: EVERYTHING[resource][1][name] for name in REQUIRED[resource]}
    assert len(Run(lambda: resource("one", **required)).inputs) == len(required)


@each_resource
def test_a_resource_without_one_of_its_required_arguments_raises_type_error(resource: Any) -> None:
    for missing in REQUIRED[resource]:
        others = {name: value for name, value in EVERYTHING[resource][1].items() if name != missing}
        with pytest.raises(TypeError, match=missing):
            resource("one", **others)


@each_resource
def test_a_misspelt_argument_of_a_resource_raises_type_error(resource: Any) -> None:
    with pytest.raises(TypeError, match="organisation"):
        resource("one", organisation="acme", **EVERYTHING[resource][1])


@each_resource
def test_the_argument_class_of_a_resource_takes_what_the_resource_takes(resource: Any) -> None:
    fields = inspect.signature(getattr(sentry, f"{resource.__name__}Args")).parameters
    assert {name: (each.annotation, each.default) for name, each in fields.items()} == {
        name: (each.annotation, each.default) for name, each in arguments(resource).items()
    }


ARGUMENT_CLASSES = [getattr(sentry, name) for name in sentry.__all__ if name.endswith("Args")]
each_argument_class = pytest.mark.parametrize("cls", ARGUMENT_CLASSES, ids=lambda cls: cls.__name__)


@each_argument_class
def test_a_misspelt_argument_of_an_argument_class_raises_type_error(cls: Any) -> None:
    required = {
        name: "x" for name, each in inspect.signature(cls).parameters.items() if each.default is inspect.Parameter.empty
    }
    cls(**required)
    with pytest.raises(TypeError, match="chanel_name"):
        cls(chanel_name="x", **required)


@pytest.mark.parametrize(
    ("cls", "given", "missing"),
    [
        (sentry.AlertActionFilterActionSlackArgs, {"channel_name": "#alerts"}, "integration_id"),
        (sentry.AlertActionFilterActionEmailArgs, {"target_id": "11"}, "target_type"),
        (sentry.AlertActionFilterArgs, {"actions": []}, "logic_type"),
        (sentry.DashboardWidgetLayoutArgs, {"h": 1, "w": 1, "x": 0, "y": 0}, "min_h"),
        (sentry.MetricMonitorConditionGroupConditionArgs, {"type": "gt", "comparison": 1}, "condition_result"),
    ],
)
def test_an_argument_class_without_a_required_argument_raises_type_error(
    cls: Any, given: dict[str, Any], missing: str
) -> None:
    with pytest.raises(TypeError, match=missing):
        cls(**given)


def test_a_slack_action_without_optional_arguments_sends_only_the_required_ones() -> None:
    action = sentry.AlertActionFilterActionSlackArgs(channel_name="#alerts", integration_id="501")
    run = Run(
        lambda: sentry.Alert(
            "one",
            action_filters=[{"actions": [{"slack": action}], "logic_type": "all"}],
            frequency_minutes=30,
            monitor_ids=["77"],
            organization="acme",
        )
    )
    assert run.inputs["actionFilters"] == [
        {"actions": [{"slack": {"channelName": "#alerts", "integrationId": "501"}}], "logicType": "all"}
    ]


def test_outputs_are_read_as_attributes() -> None:
    def program() -> dict[str, Any]:
        project = sentry.Project("project", organization="acme", teams=["backend"], slug="backend")
        key = sentry.Key("key", organization="acme", project=project.internal_id)
        dashboard = sentry.Dashboard("dashboard", organization="acme", title="Errors")
        return {
            "project": (project.id, project.internal_id, project.slug, project.features),
            "key": (key.dsn["public"], key.dsn_public, key.project, key.project_id, key.name),
            "dashboard": (dashboard.internal_id, dashboard.title),
        }

    assert Run(program).result == {
        "project": ("project-id", "4501", "backend", ["alerts"]),
        "key": ("dsn-of-the-key", "dsn-of-the-key", "4501", "4501", None),
        "dashboard": ("9", "Errors"),
    }


def test_what_only_the_provider_knows_is_unknown_in_a_preview() -> None:
    def program() -> Any:
        return sentry.ProjectSpikeProtection("one", enabled=True, organization="acme", project="backend").project

    assert Run(program, preview=True).result == "backend"

    def unknown() -> Any:
        monitor = sentry.MetricMonitor("one", **EVERYTHING[sentry.MetricMonitor][1] | {"query_type": None})
        return pulumi.Output.from_input(monitor.query_type.is_known())

    assert Run(unknown, preview=True).result is False


def test_the_integration_key_of_pagerduty_is_always_sent_as_a_secret() -> None:
    given = EVERYTHING[sentry.IntegrationPagerduty][1]
    for key in ("routing", pulumi.Output.secret("routing")):
        inputs = Run(lambda key=key: sentry.IntegrationPagerduty("one", **given | {"integration_key": key})).inputs
        assert rpc.is_rpc_secret(inputs["integrationKey"])
        assert rpc.unwrap_rpc_secret(inputs["integrationKey"]) == "routing"
        assert not rpc.is_rpc_secret(inputs["service"])


def test_the_secrets_of_a_key_are_marked_beside_those_the_caller_marks() -> None:
    run = Run(
        lambda: sentry.Key(
            "one",
            pulumi.ResourceOptions(additional_secret_outputs=["public"]),
            organization="acme",
            project="4501",
        )
    )
    assert sorted(run.request.additionalSecretOutputs) == ["dsn", "dsnSecret", "public", "secret"]


def test_the_token_of_a_provider_is_a_secret_and_resources_can_use_the_provider() -> None:
    def program() -> None:
        provider = sentry.Provider("other", base_url="https://sentry.example/api/", token="t0ken")
        opts = pulumi.ResourceOptions(provider=provider)
        sentry.Dashboard("one", opts, organization="acme", title="Errors")

    run = Run(program)
    (provider_type, _, inputs), (_, _, _) = run.provider.resources
    provider, dashboard = run.engine.requests
    assert provider_type == "pulumi:providers:sentry"
    assert inputs["baseUrl"] == "https://sentry.example/api/"
    assert rpc.is_rpc_secret(inputs["token"])
    assert list(provider.additionalSecretOutputs) == ["token"]
    assert dashboard.provider.endswith("::other::other-id")


LOOKUPS = [
    (
        sentry.get_organization,
        sentry.get_organization_output,
        {"slug": "acme"},
        ("sentry:index/getOrganization:getOrganization", {"slug": "acme"}),
        ORGANIZATION,
    ),
    (
        sentry.get_team,
        sentry.get_team_output,
        {"organization": "acme", "slug": "backend"},
        ("sentry:index/getTeam:getTeam", {"organization": "acme", "slug": "backend"}),
        TEAM,
    ),
    (
        sentry.get_organization_integration,
        sentry.get_organization_integration_output,
        {"name": "Acme", "organization": "acme", "provider_key": "slack"},
        (
            "sentry:index/getOrganizationIntegration:getOrganizationIntegration",
            {"name": "Acme", "organization": "acme", "providerKey": "slack"},
        ),
        INTEGRATION,
    ),
    (
        sentry.get_project_error_monitor,
        sentry.get_project_error_monitor_output,
        {"organization": "acme", "project": "4501", "first": True},
        (
            "sentry:index/getProjectErrorMonitor:getProjectErrorMonitor",
            {"organization": "acme", "project": "4501", "first": True},
        ),
        {key: value for key, value in ERROR_MONITOR.items() if key != "owner"},
    ),
]
each_lookup = pytest.mark.parametrize(
    ("plain_form", "output_form", "given", "call", "result"), LOOKUPS, ids=lambda each: getattr(each, "__name__", "")
)


def snake_case(name: str) -> str:
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in name)


@each_lookup
def test_a_lookup_in_both_forms_calls_its_function_and_answers_with_snake_case_attributes(
    plain_form: Any, output_form: Any, given: dict[str, Any], call: Any, result: dict[str, Any]
) -> None:
    for form in (plain_form, output_form):
        run = Run(lambda form=form: {"answer": [form(**given)]})
        assert run.provider.calls == [call]
        (answer,) = run.result["answer"]
        assert {name: getattr(answer, snake_case(name)) for name in result} == result


@each_lookup
def test_a_lookup_with_a_missing_or_misspelt_argument_raises_type_error(
    plain_form: Any, output_form: Any, given: dict[str, Any], call: Any, result: dict[str, Any]
) -> None:
    for form in (plain_form, output_form):
        needed = "organization" if "organization" in given else "slug"
        with pytest.raises(TypeError, match=needed):
            form(**{name: value for name, value in given.items() if name != needed})
        with pytest.raises(TypeError, match="organisation"):
            form(organisation="acme", **given)


def test_the_owner_of_an_error_monitor_is_an_object_too() -> None:
    run = Run(lambda: sentry.get_project_error_monitor_output(organization="acme", project="4501").owner.team_id)
    assert run.result == "11"


def test_an_alert_can_watch_the_error_monitor_of_a_project_declared_beside_it() -> None:
    def program() -> None:
        project = sentry.Project("project", organization="acme", teams=["backend"])
        errors = sentry.get_project_error_monitor_output(organization="acme", project=project.internal_id, first=True)
        sentry.Alert("alert", organization="acme", monitor_ids=[errors.id], frequency_minutes=30, action_filters=[])

    run = Run(program)
    assert run.provider.calls[0][1]["project"] == "4501"
    assert run.provider.resources[-1][2]["monitorIds"] == ["77"]


def everything_at_once() -> None:
    project = sentry.Project("project", organization="acme", teams=["backend"])
    sentry.Key("key", organization="acme", project=project.internal_id)
    sentry.Dashboard("dashboard", organization="acme", title="Errors")
    sentry.get_team_output(organization="acme", slug="backend")


def test_the_package_is_registered_once_per_run_and_again_in_the_next_run_of_the_process() -> None:
    for ref in ("first", "second"):
        run = Run(everything_at_once, ref)
        (package,) = run.engine.packages
        assert (package.name, package.version, package.download_url) == ("terraform-provider", "1.2.0", "")
        assert (package.parameterization.name, package.parameterization.version) == ("sentry", "0.15.4")
        assert base64.b64encode(package.parameterization.value).decode() == PARAMETER
        assert [request.packageRef for request in run.engine.requests] == [ref] * 4


def test_what_is_registered_is_what_the_plugin_file_tells_the_cli_to_install() -> None:
    plugin = json.loads(Path(sentry.__file__).with_name("pulumi-plugin.json").read_text())
    assert plugin == {
        "resource": True,
        "name": "terraform-provider",
        "version": "1.2.0",
        "parameterization": {"name": "sentry", "version": "0.15.4", "value": PARAMETER},
    }
    (package,) = Run(everything_at_once).engine.packages
    assert (package.name, package.version) == (plugin["name"], plugin["version"])
    parameterization = plugin["parameterization"]
    assert (package.parameterization.name, package.parameterization.version, package.parameterization.value) == (
        parameterization["name"],
        parameterization["version"],
        base64.b64decode(parameterization["value"]),
    )
