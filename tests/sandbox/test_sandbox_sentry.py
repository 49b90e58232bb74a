"""The stand-in for Sentry: what it refuses, in the provider's words, and what it answers."""

from __future__ import annotations

import re
from typing import Any

import pytest
from support import UNKNOWN, AbortedError

ALERT = "sentry:index/alert:Alert"
METRIC = "sentry:index/metricMonitor:MetricMonitor"
UPTIME = "sentry:index/uptimeMonitor:UptimeMonitor"
CRON = "sentry:index/cronMonitor:CronMonitor"
PROJECT = "sentry:index/project:Project"
KEY = "sentry:index/key:Key"
DASHBOARD = "sentry:index/dashboard:Dashboard"
FILTER = "sentry:index/projectInboundDataFilter:ProjectInboundDataFilter"
SPIKE = "sentry:index/projectSpikeProtection:ProjectSpikeProtection"
PAGERDUTY = "sentry:index/integrationPagerduty:IntegrationPagerduty"
ERROR_MONITOR = "sentry:index/getProjectErrorMonitor:getProjectErrorMonitor"
INTEGRATION = "sentry:index/getOrganizationIntegration:getOrganizationIntegration"
TEAM = "sentry:index/getTeam:getTeam"

OWNERS = {"email": {"targetType": "issue_owners", "fallthroughType": "ActiveMembers"}}
BEYOND = {"type": "gt", "comparison": 0.05, "conditionResult": 75}
OVER = {"type": "lte", "comparison": 0.04, "conditionResult": 0}
PROJECT_INPUTS = {"name": "Tikit", "slug": "tikit", "organization": "o", "teams": ["t"], "platform": "node"}


def alert(condition: dict[str, Any] | None = None, action: dict[str, Any] = OWNERS, **changes: Any) -> dict[str, Any]:
    filters = {"logicType": "all", "conditions": [condition] if condition else [], "actions": [action]}
    return {
        "name": "New issue",
        "organization": "o",
        "frequencyMinutes": 30,
        "monitorIds": ["1"],
        "actionFilters": [filters],
        **changes,
    }


def metric(**changes: Any) -> dict[str, Any]:
    inputs = {
        "name": "Failures",
        "organization": "o",
        "project": "tikit",
        "aggregate": "failure_rate()",
        "dataset": "events_analytics_platform",
        "eventTypes": ["transaction"],
        "issueDetection": {"type": "static"},
        "conditionGroup": {"conditions": [BEYOND, OVER]},
    }
    return {**inputs, **changes}


def condition(**kind: Any) -> dict[str, Any]:
    return alert(condition=kind)


@pytest.mark.parametrize(
    ("inputs", "said"),
    [
        (alert(name="n" * 257), "name may have at most 256 characters, has 257 [wf/endpoints/validators/base/workf"),
        (alert(frequencyMinutes=-1), "expected frequencyMinutes to be in the range (0 -"),
        (alert(monitorIds=[]), "monitorIds must contain at least 1 element"),
        (alert(actionFilters=[]), "actionFilters must contain at least 1 element"),
        (
            condition(eventFrequencyCount={"interval": "10m", "value": 5}),
            'one of ["1m" "5m" "15m" "1h" "1d" "1w" "30d"], got 10m',
        ),
        (condition(eventFrequencyCount={"interval": "5m", "value": -1}), "to be in the range (0 -"),
        (condition(percentSessionsCount={"interval": "5m", "value": 101}), "to be in the range (0 - 100)"),
        (condition(level={"match": "gte", "level": 35}), "level.level to be one of"),
        (condition(taggedEvent={"key": "a", "match": "is", "value": "x"}), "value must not be set if match is is"),
        (condition(taggedEvent={"key": "a", "match": "eq"}), "value is required if match is eq"),
        (condition(taggedEvent={"key": "a b", "match": "ns"}), "a tag's key"),
        (condition(eventAttribute={"attribute": "message", "match": "co"}), "value is required if match is co"),
        (condition(assignedTo={"targetType": "Team"}), "targetId must be set if targetType is Team"),
        (
            condition(ageComparison={"comparisonType": "older", "time": "month", "value": 1}),
            "ageComparison.time to be one of",
        ),
        (condition(everyEvent={}), 'An argument named "everyEvent" is not expected here.'),
        (condition(level={"match": "eq", "level": 50}, latestRelease={}), "must set exactly one of"),
        (alert(action={**OWNERS, "plugin": {}}), "must set exactly one of"),
        (alert(action={"email": {"targetType": "team"}}), "targetId is required if targetType is team"),
        (alert(action={"email": {"targetType": "issue_owners"}}), "fallthroughType is required"),
        (alert(action={"slack": {"integrationId": "1"}}), "attribute channelName is required"),
        (alert(triggerConditions=[{}]), "must set exactly one of firstSeenEvent"),
    ],
)
def test_an_alert_that_sentry_refuses_is_refused_in_the_preview(sentry_api, inputs, said):
    assert said in "\n".join(sentry_api.check(ALERT, inputs))


@pytest.mark.parametrize(
    "inputs",
    [
        alert(triggerConditions=[{"firstSeenEvent": {}}]),
        alert(monitorIds=[UNKNOWN]),
        alert(monitorIds=UNKNOWN),
        condition(eventFrequencyCount={"interval": "15m", "value": 5}),
        condition(taggedEvent={"key": "environment", "match": "eq", "value": "production"}),
        condition(eventAttribute={"attribute": "os.distribution_name", "match": "is"}),
        alert(frequencyMinutes=1),
        condition(latestRelease={}),
    ],
)
def test_an_alert_that_sentry_takes_is_taken(sentry_api, inputs):
    assert sentry_api.check(ALERT, inputs) == []


@pytest.mark.parametrize(
    ("kind", "inputs", "said"),
    [
        (METRIC, metric(dataset="errors"), "expected dataset to be one of"),
        (METRIC, metric(eventTypes=["errors"]), "expected eventTypes[0] to be one of"),
        (METRIC, metric(issueDetection={"type": "percent"}), "comparisonDelta is required if type is percent"),
        (METRIC, metric(issueDetection={"type": "static", "comparisonDelta": 60}), "must not be set if type is static"),
        (
            METRIC,
            metric(conditionGroup={"conditions": [{"type": "gt", "conditionResult": 75}, OVER]}),
            "comparison must be set",
        ),
        (METRIC, metric(owner={}), "owner must set exactly one of teamId, userId"),
        (UPTIME, {"intervalSeconds": 30}, 'The argument "environment" is required'),
        (PROJECT, {**PROJECT_INPUTS, "platform": "nodejs"}, "expected platform to be one of"),
        (PROJECT, {**PROJECT_INPUTS, "digestsMinDelay": 7200}, "to be in the range (60 - 3600) seconds"),
        (PROJECT, {**PROJECT_INPUTS, "teams": []}, "teams must contain at least 1 element"),
        (PROJECT, {**PROJECT_INPUTS, "slug": "Tikit App"}, "lower case letters"),
        (PROJECT, {"organization": "o", "teams": ["t"]}, 'The argument "name" is required'),
        (KEY, {"name": "k", "organization": "o", "project": "p", "rateLimitCount": 5}, "must be set together"),
        (
            FILTER,
            {"filterId": "localhost", "organization": "o", "project": "p"},
            "exactly one of active and subfilters",
        ),
        (
            FILTER,
            {"filterId": "bots", "organization": "o", "project": "p", "active": True},
            "expected filterId to be one of",
        ),
        (SPIKE, {"organization": "o", "project": "p"}, 'The argument "enabled" is required'),
        (
            DASHBOARD,
            {"organization": "o", "title": "T", "widgets": [{"displayType": "pie", "title": "w", "queries": [{}]}]},
            "expected widgets[0].displayType to be one of",
        ),
    ],
)
def test_what_sentry_refuses_of_other_types_is_refused(sentry_api, kind, inputs, said):
    assert said in "\n".join(sentry_api.check(kind, inputs))


def test_a_key_has_dsns_of_its_project_and_its_secret_ones_are_secret(sentry_api):
    slug, project = sentry_api.create(PROJECT, PROJECT_INPUTS)
    assert slug == "tikit"
    assert re.fullmatch(r"\d{16}", project["internalId"])
    inputs = {"name": "k", "organization": "o", "project": project["internalId"]}
    identity, key = sentry_api.create(KEY, inputs)
    assert re.fullmatch(r"[0-9a-f]{32}", identity)
    assert key["dsnPublic"].startswith(f"https://{identity}@")
    assert key["dsnPublic"].endswith(f"/{project['internalId']}")
    for name in ("dsn", "dsnSecret", "secret"):
        assert "value" in key[name], name
    stored = sentry_api.stand_in.store
    with stored.transaction("sentry") as account:
        assert key["secret"]["value"] not in str(account.all(KEY))
    assert set(sentry_api.preview(KEY, inputs)) == set(key)


def test_what_belongs_to_a_project_needs_one_that_exists(sentry_api):
    for kind, inputs in (
        (KEY, {"name": "k", "organization": "o", "project": "none"}),
        (SPIKE, {"organization": "o", "project": "none", "enabled": True}),
        (METRIC, metric(project="none")),
    ):
        with pytest.raises(AbortedError, match="project 'none' doesn't exist in 'o'"):
            sentry_api.create(kind, inputs)
    with pytest.raises(AbortedError, match="project 'none' doesn't exist"):
        sentry_api.invoke(ERROR_MONITOR, {"organization": "o", "project": "none"})


def test_a_slug_is_given_once(sentry_api):
    sentry_api.create(PROJECT, PROJECT_INPUTS, "first")
    with pytest.raises(AbortedError, match="organization 'o', slug 'tikit' is already used by first"):
        sentry_api.create(PROJECT, PROJECT_INPUTS, "second")


def test_an_alert_listens_to_monitors_and_uses_integrations_that_exist(sentry_api):
    _, project = sentry_api.create(PROJECT, PROJECT_INPUTS)
    by_slug, by_id = (
        sentry_api.invoke(ERROR_MONITOR, {"organization": "o", "project": name})
        for name in ("tikit", project["internalId"])
    )
    assert by_slug["id"] == by_id["id"]
    monitor, _ = sentry_api.create(METRIC, metric())
    slack = sentry_api.invoke(INTEGRATION, {"organization": "o", "providerKey": "slack", "name": "acme"})["id"]
    action = {"slack": {"integrationId": slack, "channelName": "#alerts"}}
    sentry_api.create(ALERT, alert(action=action, monitorIds=[by_slug["id"], monitor]))
    with pytest.raises(AbortedError, match="monitor 1 doesn't exist"):
        sentry_api.create(ALERT, alert())
    action = {"slack": {"integrationId": "501", "channelName": "#alerts"}}
    with pytest.raises(AbortedError, match="there is no slack integration with id 501"):
        sentry_api.create(ALERT, alert(action=action, monitorIds=[monitor]))
    service = {"integrationId": slack, "integrationKey": "k", "organization": "o", "service": "s"}
    with pytest.raises(AbortedError, match="there is no pagerduty integration"):
        sentry_api.create(PAGERDUTY, service)


def test_a_team_is_looked_up_by_any_slug(sentry_api):
    team = sentry_api.invoke(TEAM, {"organization": "o", "slug": "payments"})
    assert team["slug"] == team["id"] == "payments"
    assert re.fullmatch(r"\d{16}", team["internalId"])


def test_only_what_sentry_cannot_change_is_replaced(sentry_api):
    assert sentry_api.replaced(ALERT, alert(), alert(organization="p", name="other")) == ["organization"]
    assert sentry_api.replaced(METRIC, metric(), metric(project="other")) == ["project"]
    assert sentry_api.replaced(PROJECT, PROJECT_INPUTS, {**PROJECT_INPUTS, "slug": "other"}) == []
    assert sentry_api.changed(ALERT, alert(monitorIds=["1", "2"]), alert(monitorIds=["2", "1"])) == []
    assert sentry_api.changed(ALERT, alert(), alert(monitorIds=[UNKNOWN])) == ["monitorIds"]


def test_a_monitors_environment_exists_only_after_an_event(sentry_api):
    sentry_api.create(PROJECT, PROJECT_INPUTS)
    with pytest.raises(AbortedError, match="Environment is not part of this organization: production"):
        sentry_api.create(METRIC, metric(environment="production"))
    probe = {"name": "n", "organization": "o", "project": "tikit", "method": "GET", "url": "https://a.example"}
    sentry_api.create(UPTIME, {**probe, "environment": "production", "intervalSeconds": 60, "timeoutMs": 5000})
    sentry_api.create(METRIC, metric(environment="production"))


def test_highlight_tags_hold_only_after_an_update(sentry_api):
    wanted = {**PROJECT_INPUTS, "highlightTags": ["operation"]}
    slug, state = sentry_api.create(PROJECT, wanted)
    assert state["highlightTags"] == ["handled", "level", "url"]
    assert sentry_api.changed(PROJECT, wanted, wanted, state) == ["highlightTags"]
    assert "highlightTags" not in sentry_api.read(PROJECT, slug, wanted)
    state = sentry_api.update(PROJECT, slug, wanted)
    assert sentry_api.changed(PROJECT, wanted, wanted, state) == []
    assert sentry_api.changed(PROJECT, PROJECT_INPUTS, PROJECT_INPUTS, state) == []


@pytest.mark.parametrize("by", ["slug", "internalId"])
def test_spike_protection_is_found_by_its_projects_slug(sentry_api, by):
    _, project = sentry_api.create(PROJECT, PROJECT_INPUTS)
    inputs = {"organization": "o", "project": {"slug": "tikit", **project}[by], "enabled": True}
    identity, _ = sentry_api.create(SPIKE, inputs)
    assert sentry_api.read(SPIKE, identity, inputs)["project"] == "tikit"


@pytest.mark.parametrize(
    ("crontab", "valid"),
    [
        ("*/5 0-6,12 1 jan mon-fri", True),
        ("0 0 l * 5#2", True),
        ("@daily", True),
        ("@reboot", False),
        ("60 * * * *", False),
        ("* * * *", False),
        ("* * * foo *", False),
    ],
)
def test_a_crontab_is_read(sentry_api, crontab, valid):
    numbers = dict.fromkeys(("checkinMarginMinutes", "failureIssueThreshold", "maxRuntimeMinutes"), 1)
    inputs = {"name": "n", "organization": "o", "project": "p", "recoveryThreshold": 1, **numbers}
    assert (sentry_api.check(CRON, {**inputs, "schedule": {"crontab": crontab}}) == []) is valid
