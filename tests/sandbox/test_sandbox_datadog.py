"""The stand-in for Datadog: what it refuses, in Datadog's words, and what it answers."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from support import UNKNOWN, AbortedError

MONITOR = "datadog:index/monitor:Monitor"
SLO = "datadog:index/serviceLevelObjective:ServiceLevelObjective"
DASHBOARD = "datadog:index/dashboardJson:DashboardJson"
INDEX = "datadog:index/logsIndex:LogsIndex"
METRIC = "datadog:index/logsMetric:LogsMetric"
DOWNTIME = "datadog:index/downtimeSchedule:DowntimeSchedule"
RULE = "datadog:index/monitorNotificationRule:MonitorNotificationRule"
PAGE = "datadog:index/statusPage:StatusPage"
COMPONENT = "datadog:index/statusPageComponent:StatusPageComponent"
CHANNEL = "datadog:slack/channel:Channel"
SERVICE = "datadog:pagerduty/serviceObject:ServiceObject"

BROWSER = {"title": "T", "layout_type": "ordered", "widgets": []}
ECHOES = {"description": "", "template_variables": [], "notify_list": []}


def monitor(**changes: Any) -> dict[str, Any]:
    inputs = {
        "name": "Errors",
        "type": "query alert",
        "message": "{{#is_alert}}Too many{{/is_alert}} @slack-alerts",
        "query": "sum(last_5m):sum:errors{env:prod}.as_count() > 50",
        "monitorThresholds": {"critical": "50", "warning": "40", "criticalRecovery": "45"},
        "tags": ["team:a"],
    }
    return {name: value for name, value in {**inputs, **changes}.items() if value is not None}


def slo(**changes: Any) -> dict[str, Any]:
    inputs = {
        "name": "Availability",
        "type": "metric",
        "query": {"numerator": "sum:good{*}.as_count()", "denominator": "sum:all{*}.as_count()"},
        "thresholds": [{"timeframe": "30d", "target": 99.9, "warning": 99.95}],
    }
    return {name: value for name, value in {**inputs, **changes}.items() if value is not None}


LOG = {"type": "log alert", "monitorThresholds": None}
SERVICE_CHECK = {
    "type": "service check",
    "query": '"http.can_connect".over("env:prod").by("host").last(3).count_by_status()',
}


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"query": "avg(last_1w):avg:x{*} < 5e-3", "monitorThresholds": {"critical": "0.005", "warning": "0.01"}},
        {"query": "change(avg(last_5m),last_1h):avg:x{*} > 5", "monitorThresholds": {"critical": "5.0"}},
        {**LOG, "query": 'logs("service:a status:error").index("*").rollup("count").last("5m") > 10'},
        {
            **SERVICE_CHECK,
            "monitorThresholds": {"critical": "3", "ok": "1"},
            "notifyNoData": True,
            "noDataTimeframe": 10,
        },
        {"query": UNKNOWN},
        {
            "query": "avg(last_4h):anomalies(avg:x{*}, 'basic', 2, alert_window='last_15m') >= 1",
            "monitorThresholds": {"critical": "1"},
            "monitorThresholdWindows": {"triggerWindow": "last_15m", "recoveryWindow": "last_15m"},
        },
        {"renotifyInterval": 10, "renotifyStatuses": ["alert", "no data"], "renotifyOccurrences": 3, "priority": "1"},
        {"renotifyInterval": 10, "renotifyOccurrences": 0},
        {
            "query": "avg(last_4h):anomalies(avg:x{*}, 'basic', 2, direction='above') >= 1",
            "monitorThresholds": {"critical": "1"},
        },
        {"query": "sum(current_1mo):sum:x{*}.as_count() > 50"},
        {"query": "sum(last_2d):sum:x{*}.as_count() > 50"},
        {"query": "sum(last_5m):default_zero(sum:x{*}.as_count()) > 50", "onMissingData": "default"},
        {"query": "avg(last_5m):avg:x{*} by {host} > 50", "newGroupDelay": 60, "message": "{{host.name}} @a"},
        {**LOG, "query": 'logs("a").index("*").rollup("count").by("host,env").last("2d") > 10'},
        {"type": "rum alert", "query": 'formula("a / b * 100").last("15m") >= 0.8', "monitorThresholds": None},
        {"type": "data-jobs alert", "query": 'formula("f(q)").by(job_name).last(10d) > 0', "monitorThresholds": None},
        {
            "type": "llm-observability alert",
            "query": 'llm-observability("*").rollup("count").last("2h") > 0',
            "monitorThresholds": None,
        },
    ],
)
def test_a_monitor_that_datadog_takes_is_taken(datadog_api, changes):
    assert datadog_api.check(MONITOR, monitor(**changes)) == []


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"monitorThresholds": {"critical": "60"}}, "Alert threshold (60) does not match that used in the query (50)."),
        (
            {"monitorThresholds": {"critical": "50", "warning": "55"}},
            "Warning threshold (55) must be less than the alert threshold (50) with > comparison.",
        ),
        (
            {"query": "avg(last_5m):avg:x{*} < 50", "monitorThresholds": {"critical": "50", "criticalRecovery": "45"}},
            "criticalRecovery threshold (45) must be greater than the alert threshold (50)",
        ),
        ({"monitorThresholds": {"criticl": "50"}}, 'An argument named "criticl" is not expected'),
        ({"monitorThresholds": {"critical": "fifty"}}, "monitorThresholds.critical must be a number"),
        ({"query": "avg(last_32d):avg:x{*} > 50"}, "window last_32d is not between 1 minute and 1 month"),
        (
            {"query": "change(avg(last_3d),last_1w):avg:x{*} > 50"},
            "window last_3d is not between 1 minute and 48 hours in a change alert",
        ),
        ({"query": "avg:x{*} > 50"}, "at column 4: expected '('"),
        (
            {**LOG, "query": 'logs("a").index("*").rollup("count").last("49h") > 1'},
            "at column 38: a log alert looks back between 1m and 48h, not '49h'",
        ),
        ({**LOG, "query": 'logs("a").index("*").rollup("count") > 1'}, "must say how far it looks back with .last"),
        ({"type": "metric"}, "expected type to be one of"),
        ({"priority": "6"}, "expected priority to be one of"),
        ({"query": "avg(last_5m):avg:x{env:prod > 50"}, "at column 29: expected ',', '}'"),
        ({"query": "avg(last_5m):avg:x{*}"}, "at column 22: expected a comparison such as > 5"),
        ({"onMissingData": "resolve", "notifyNoData": False}, '"onMissingData": conflicts with notifyNoData'),
        ({"onMissingData": "resolve", "noDataTimeframe": 10}, '"onMissingData": conflicts with noDataTimeframe'),
        ({"onMissingData": "alert"}, "expected onMissingData to be one of"),
        (
            {**SERVICE_CHECK, "monitorThresholds": {"critical": "3"}, "onMissingData": "resolve"},
            "on_missing_data option is not available for monitors of type service check",
        ),
        (
            {**SERVICE_CHECK, "monitorThresholds": {"critical": "4"}},
            "critical threshold (4) must be at most the 3 statuses",
        ),
        ({"message": "{{#is_alert}}x @a"}, "the block {{#is_alert}} is not closed"),
        ({"message": "{{host.name @a"}, "message: unmatched '{{'"),
        ({"message": "{{#is_alert}}{{/is_warning}} @a"}, "closes a block that isn't open"),
        ({"renotifyInterval": 10, "renotifyStatuses": ["critical"]}, "expected renotifyStatuses[0] to be one of"),
        ({"renotifyOccurrences": 3}, "renotify_occurrences option can only be used if renotify_interval is set"),
        ({"tags": ["a:" + "b" * 200]}, "tags may have at most 200 characters"),
        ({"message": None}, 'Missing required argument: The argument "message" is required'),
        (
            {"monitorThresholdWindows": {"trigger_window": "last_15m"}},
            'An argument named "trigger_window" is not expected',
        ),
        ({"monitorThresholds": "50"}, "Incorrect attribute value type"),
        ({"criticality": "high"}, 'An argument named "criticality" is not expected here.'),
        (
            {"type": "event-v2 alert", "query": 'events("a").rollup("count").last("5m") > 50'},
            "Invalid threshold statuses found: criticalRecovery.",
        ),
        ({"monitorThresholds": {"warning": "40"}}, "Alert status is required."),
        (
            {
                "type": "slo alert",
                "query": 'burn_rate("a").over("28d").long_window("1h") > 2',
                "monitorThresholds": None,
            },
            'names its time frame with .over("7d")',
        ),
        (
            {
                "query": 'burn_rate("a").over("30d").long_window("49h").short_window("5m") > 14.4',
                "type": "slo alert",
                "monitorThresholds": None,
            },
            "long window of a burn rate alert must be between 1h and 48h",
        ),
    ],
)
def test_a_monitor_that_datadog_refuses_is_refused_in_the_preview(datadog_api, changes, said):
    assert said in "\n".join(datadog_api.check(MONITOR, monitor(**changes)))


def test_a_composite_needs_monitors_that_exist(datadog_api):
    first, _ = datadog_api.create(MONITOR, monitor(), "first")
    composite = {"type": "composite", "monitorThresholds": None}
    datadog_api.create(MONITOR, monitor(query=f"{first} || {first}", **composite), "both")
    with pytest.raises(AbortedError, match="monitor 42 doesn't exist"):
        datadog_api.create(MONITOR, monitor(query=f"{first} && 42", **composite), "broken")
    with pytest.raises(AbortedError, match="at most 10 monitors, this one to 11"):
        datadog_api.create(MONITOR, monitor(query=" && ".join(map(str, range(11))), **composite), "many")
    with pytest.raises(AbortedError, match=r"is referenced in composite monitors: \[.*both"):
        datadog_api.delete(MONITOR, first, "first")


def test_a_monitor_that_an_slo_uses_is_deleted_only_by_force(datadog_api):
    used, _ = datadog_api.create(MONITOR, monitor())
    forced, _ = datadog_api.create(MONITOR, monitor(forceDelete=True))
    datadog_api.create(SLO, slo(type="monitor", query=None, monitorIds=[int(used), int(forced)]), "slo")
    with pytest.raises(AbortedError, match=r"is referenced in slos: \[.*slo"):
        datadog_api.delete(MONITOR, used)
    datadog_api.delete(MONITOR, forced)


def test_a_burn_rate_that_cannot_be_reached_is_refused(datadog_api):
    identity, _ = datadog_api.create(SLO, slo(thresholds=[{"timeframe": "30d", "target": 95}]))
    burn = 'burn_rate("{}").over("30d").long_window("1h").short_window("5m") > {}'
    alert = {"type": "slo alert", "monitorThresholds": None}
    datadog_api.create(MONITOR, monitor(query=burn.format(identity, 14.4), **alert))
    with pytest.raises(AbortedError, match="can't be reached with a target of 95%; the fastest is 20"):
        datadog_api.create(MONITOR, monitor(query=burn.format(identity, 21), **alert))
    with pytest.raises(AbortedError, match="SLO nope doesn't exist"):
        datadog_api.create(MONITOR, monitor(query=burn.format("nope", 2), **alert))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (
            {"thresholds": [{"timeframe": "30d", "target": 99.9, "warning": 99}]},
            "must be greater than the target (99.9)",
        ),
        ({"thresholds": [{"timeframe": "28d", "target": 99}]}, "expected thresholds[0].timeframe to be one of"),
        ({"thresholds": [{"timeframe": "30d", "target": 100}]}, "target must be between 0 and 100, exclusive"),
        ({"monitorIds": [1]}, '"query": conflicts with monitorIds'),
        ({"query": None}, "must specify the query for count types"),
        ({"type": "monitor"}, "must specify monitor_ids"),
        (
            {"thresholds": [{"timeframe": "7d", "target": 99}, {"timeframe": "7d", "target": 98}]},
            "given more than once",
        ),
    ],
)
def test_an_slo_that_datadog_refuses_is_refused(datadog_api, changes, said):
    assert datadog_api.check(SLO, slo()) == []
    assert said in "\n".join(datadog_api.check(SLO, slo(**changes)))


@pytest.mark.parametrize(
    ("kind", "inputs", "said"),
    [
        (DASHBOARD, {"dashboard": "{"}, '"dashboard" contains an invalid JSON'),
        (
            DASHBOARD,
            {"dashboard": json.dumps({"title": "T", **ECHOES})},
            "missing required fields: layout_type, widgets",
        ),
        (DASHBOARD, {"dashboard": json.dumps(BROWSER)}, "leaves out description, template_variables, notify_list"),
        (INDEX, {"name": "Tikit", "filters": [{"query": "a"}]}, "only lower case letters"),
        (INDEX, {"name": "a", "filters": [{"query": "a"}], "retentionDays": 8}, "expected retentionDays to be one of"),
        (INDEX, {"name": "a", "filters": [{"query": "a"}], "dailyLimit": 0}, "at least 1, got 0"),
        (INDEX, {"name": "a", "filters": []}, "exactly one filter with a query"),
        (METRIC, {"name": "1a", "compute": {"aggregationType": "count"}, "filter": {}}, "beginning with a letter"),
        (
            METRIC,
            {"name": "a", "compute": {"aggregationType": "distribution"}, "filter": {}},
            "compute.path is required",
        ),
        (DOWNTIME, {"scope": "env:a", "monitorIdentifier": {}}, "exactly one of monitorId, monitorTags; got none"),
        (
            DOWNTIME,
            {
                "scope": "*",
                "monitorIdentifier": {"monitorTags": ["a:b"]},
                "recurringSchedule": {"recurrences": [{"start": "2026-01-01T00:00:00Z"}]},
            },
            "must not include a UTC offset",
        ),
        (RULE, {"name": "a", "filter": {"tags": ["a:b"]}, "recipients": ["@slack-a"]}, "should not start with '@'"),
        (
            RULE,
            {"name": "a", "filter": {"tags": ["a:b"], "scope": "a:b"}, "recipients": ["a"]},
            "exactly one of tags, scope",
        ),
        (CHANNEL, {"accountName": "a", "channelName": "alerts", "display": {}}, "must start with '#'"),
        (
            PAGE,
            {"name": "a", "domainPrefix": "a", "type": "open", "visualizationType": "bars_only"},
            "expected type to be one",
        ),
        (COMPONENT, {"name": "a", "type": "component", "position": 0}, 'The argument "pageId" is required'),
    ],
)
def test_what_datadog_refuses_of_other_types_is_refused(datadog_api, kind, inputs, said):
    assert said in "\n".join(datadog_api.check(kind, inputs))


def test_a_name_that_is_given_does_not_make_datadogs_bridge_delete_first(datadog_api):
    old = {"name": "m", "compute": {"aggregationType": "count"}, "filter": {"query": "a"}}
    datadog_api.create(METRIC, old, "first")
    with pytest.raises(AbortedError, match="409 Conflict: name 'm' is already used by first"):
        datadog_api.create(METRIC, {**old, "compute": {"aggregationType": "distribution", "path": "@d"}}, "first")


@pytest.mark.parametrize(
    ("kind", "inputs"),
    [
        (INDEX, {"name": "a", "filters": [{"query": "a"}]}),
        (CHANNEL, {"accountName": "a", "channelName": "#a", "display": {"message": True}}),
        (SERVICE, {"serviceName": "a", "serviceKey": "k"}),
    ],
)
def test_a_name_is_given_once(datadog_api, kind, inputs):
    datadog_api.create(kind, inputs, "first")
    with pytest.raises(AbortedError, match=r"refused .* second: 409 Conflict: .* is already used by first"):
        datadog_api.create(kind, inputs, "second")


def test_components_of_a_status_page_leave_no_gap(datadog_api):
    page, outputs = datadog_api.create(
        PAGE, {"name": "T", "domainPrefix": "t", "type": "public", "visualizationType": "bars_only"}
    )
    assert outputs["pageUrl"].startswith("https://t.")
    component = {"name": "API", "type": "component", "pageId": page}
    datadog_api.create(COMPONENT, {**component, "position": 0}, "first")
    with pytest.raises(AbortedError, match="position must be between 0 and 1"):
        datadog_api.create(COMPONENT, {**component, "position": 2}, "third")
    with pytest.raises(AbortedError, match="status page 'none' doesn't exist"):
        datadog_api.create(COMPONENT, {**component, "pageId": "none", "position": 0})


def test_a_template_of_degradations_is_of_components_of_its_page(datadog_api):
    page, _ = datadog_api.create(
        PAGE, {"name": "T", "domainPrefix": "t", "type": "public", "visualizationType": "bars_only"}
    )
    component, _ = datadog_api.create(COMPONENT, {"name": "A", "type": "component", "pageId": page, "position": 0})
    kind = "datadog:index/statusPageDegradationTemplate:StatusPageDegradationTemplate"
    template = {"name": "n", "pageId": page, "componentsAffecteds": [{"id": component, "status": "degraded"}]}
    datadog_api.create(kind, template)
    with pytest.raises(AbortedError, match="component 'x' is not on status page"):
        datadog_api.create(kind, {**template, "componentsAffecteds": [{"id": "x", "status": "degraded"}]})
    assert "expected updates[0].status to be one of" in "".join(
        datadog_api.check(kind, {**template, "updates": [{"status": "over"}]})
    )


def test_ids_have_datadogs_shapes_and_differ(datadog_api):
    first, second = (datadog_api.create(MONITOR, monitor())[0] for _ in range(2))
    assert re.fullmatch(r"\d{9}", first)
    assert first != second
    dashboard, outputs = datadog_api.create(DASHBOARD, {"dashboard": json.dumps({**BROWSER, **ECHOES})})
    assert re.fullmatch(r"\w{3}-\w{3}-\w{3}", dashboard)
    assert outputs["url"] == f"/dashboard/{dashboard}"
    assert re.fullmatch(r"[0-9a-f]{32}", datadog_api.create(SLO, slo())[0])


def test_what_datadog_normalises_is_no_change(datadog_api):
    same = monitor(tags=["B:x", "team:A"], message=" Too many ", monitorThresholds={"critical": "50.0"}, priority="2")
    other = monitor(tags=["team:a", "b:x"], message="Too many", monitorThresholds={"critical": "50"}, priority=2)
    assert datadog_api.changed(MONITOR, same, other) == []
    one, two = (json.dumps(text) for text in ({"a": 5, "b": [1.5]}, {"b": [1.5], "a": 5.0}))
    assert datadog_api.changed(DASHBOARD, {"dashboard": one}, {"dashboard": two}) == []


def test_changes_are_shown_by_property_and_replace_only_where_datadog_does(datadog_api):
    new = monitor(monitorThresholds={"critical": "51", "warning": "40"}, type="log alert")
    assert datadog_api.changed(MONITOR, monitor(), new) == [
        "monitorThresholds.critical",
        "monitorThresholds.criticalRecovery",
        "type",
    ]
    assert datadog_api.replaced(MONITOR, monitor(), new) == ["type"]
    old = {"name": "m", "compute": {"aggregationType": "count"}, "filter": {"query": "a"}}
    difference = datadog_api.diff(METRIC, old, {**old, "compute": {"aggregationType": "distribution", "path": "@d"}})
    assert list(difference.replaces) == ["compute.aggregationType", "compute.path"]
    assert not difference.deleteBeforeReplace


def test_an_unknown_type_is_refused(datadog_api):
    with pytest.raises(AbortedError, match="the stand-in for datadog doesn't know datadog:index/nope:Nope"):
        datadog_api.check("datadog:index/nope:Nope", {})


def test_what_somebody_deleted_is_gone_when_read_and_cannot_be_updated(datadog_api):
    identity, _ = datadog_api.create(MONITOR, monitor())
    assert datadog_api.read(MONITOR, identity, monitor())["name"] == "Errors"
    datadog_api.delete(MONITOR, identity)
    assert datadog_api.read(MONITOR, identity, monitor()) is None
    with pytest.raises(AbortedError, match="404 Not Found"):
        datadog_api.update(MONITOR, identity, monitor())


def test_a_service_key_is_secret_even_if_the_program_forgot(datadog_api):
    _, outputs = datadog_api.create(SERVICE, {"serviceName": "a", "serviceKey": "sandbox-secret-x"})
    assert outputs["serviceKey"]["value"] == "sandbox-secret-x"
    assert len(outputs["serviceKey"]) == 2


def test_a_secret_that_changes_is_noticed_though_only_its_hash_is_kept(datadog_api):
    one, two = ({"serviceName": "a", "serviceKey": f"sandbox-secret-{key}"} for key in ("one", "two"))
    identity, _ = datadog_api.create(SERVICE, one)
    with datadog_api.stand_in.store.transaction("datadog") as account:
        assert "sandbox-secret" not in str(account.all(SERVICE))
    assert datadog_api.read(SERVICE, identity, one)["serviceKey"]["value"] == "sandbox-secret-one"
    assert datadog_api.read(SERVICE, identity, two)["serviceKey"]["value"] == "[changed at the vendor]"
    assert datadog_api.changed(SERVICE, one, two) == ["serviceKey"]


def test_a_degradation_template_is_of_a_page_and_its_components(datadog_api):
    template = "datadog:index/statusPageDegradationTemplate:StatusPageDegradationTemplate"
    look = {"type": "public", "visualizationType": "bars_only"}
    page, _ = datadog_api.create(PAGE, {"name": "Up", "domainPrefix": "up"} | look)
    part, _ = datadog_api.create(COMPONENT, {"name": "API", "pageId": page, "position": 0, "type": "component"})
    outage = {"name": "API: outage", "pageId": page, "componentsAffecteds": [{"id": part, "status": "major_outage"}]}
    assert datadog_api.check(template, outage) == []
    datadog_api.create(template, outage)
    wrong = outage | {"componentsAffecteds": [{"id": part, "status": "broken"}]}
    assert "major_outage" in "\n".join(datadog_api.check(template, wrong))
    with pytest.raises(AbortedError, match="is not on status page"):
        datadog_api.create(template, outage | {"componentsAffecteds": [{"id": "other", "status": "degraded"}]})


@pytest.mark.parametrize(("name", "refused"), [("tikit-heartbeat", False), ("test - webhook", True)])
def test_a_webhook_is_one_word(datadog_api, name, refused):
    inputs = {"name": name, "url": "https://switch.example/ping"}
    assert bool(datadog_api.check("datadog:index/webhook:Webhook", inputs)) == refused
