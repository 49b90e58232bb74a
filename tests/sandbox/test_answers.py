"""What the vendors make of what they are sent, and that the provider sees no change in it afterwards."""

from __future__ import annotations

import json
from typing import Any

import pytest
from support import AbortedError

MONITOR = "datadog:index/monitor:Monitor"
SLO = "datadog:index/serviceLevelObjective:ServiceLevelObjective"
DASHBOARD = "datadog:index/dashboardJson:DashboardJson"
METRIC = "datadog:index/logsMetric:LogsMetric"
POINT = "grafana:alerting/contactPoint:ContactPoint"
TIMING = "grafana:alerting/muteTiming:MuteTiming"
GROUP = "grafana:alerting/ruleGroup:RuleGroup"
FOLDER = "grafana:oss/folder:Folder"

SIMPLE = {"name": "n", "message": " m\n", "type": "query alert", "query": "avg(last_5m):avg:a{*} > 1\n"}
FORMULA = {**SIMPLE, "query": 'formula("query1").rollup("sum").last("5m") > 1'}
MONTH = {**SIMPLE, "type": "metric alert", "query": "avg(current_1mo):avg:a{*} > 1"}
GOAL = {
    "name": "n",
    "type": "metric",
    "query": {"numerator": "sum:a{*}.as_count() ", "denominator": "sum:b{*}.as_count()"},
    "thresholds": [{"target": 99.5, "timeframe": "7d"}, {"target": 98, "timeframe": "30d"}],
    "tags": ["Team:A", "b"],
}
BOARD = {
    "title": "t",
    "layout_type": "ordered",
    "widgets": [],
    "description": "",
    "template_variables": [],
    "notify_list": ["z@a.example", "a@a.example"],
}
COUNTED = {
    "name": "m",
    "compute": {"aggregationType": "count"},
    "filter": {"query": "a"},
    "groupBies": [{"path": "@z", "tagName": "z"}, {"path": "@a", "tagName": "a"}],
}


@pytest.mark.parametrize(
    ("kind", "sent", "answered"),
    [
        (MONITOR, SIMPLE, {"query": "avg(last_5m):avg:a{*} > 1", "message": "m", "type": "query alert"}),
        (MONITOR, FORMULA, {"type": "metric alert"}),
        (MONITOR, MONTH, {"type": "query alert"}),
        (SLO, GOAL, {"timeframe": "7d", "targetThreshold": 99.5}),
        (DASHBOARD, {"dashboard": json.dumps(BOARD)}, {}),
        (METRIC, COUNTED, {"groupBies": [{"path": "@a", "tagName": "a"}, {"path": "@z", "tagName": "z"}]}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_datadog_answers_as_its_api_does_and_the_next_preview_is_unchanged(datadog_api, kind, sent, answered):
    identity, outputs = datadog_api.create(kind, sent)
    assert {name: outputs[name] for name in answered} == answered
    assert datadog_api.changed_after(kind, outputs, sent) == []
    found = datadog_api.read(kind, identity, sent)
    assert datadog_api.changed(kind, found, sent) == []


def test_a_dashboard_notifies_in_alphabetical_order(datadog_api):
    _, outputs = datadog_api.create(DASHBOARD, {"dashboard": json.dumps(BOARD)})
    assert json.loads(outputs["dashboard"])["notify_list"] == ["a@a.example", "z@a.example"]


def test_what_the_program_changes_or_leaves_out_is_still_a_change(datadog_api):
    _, outputs = datadog_api.create(SLO, {**GOAL, "description": "why"})
    assert datadog_api.changed_after(SLO, outputs, GOAL) == ["description"]
    assert datadog_api.changed_after(SLO, outputs, {**GOAL, "description": "why", "targetThreshold": 99}) == [
        "targetThreshold"
    ]
    _, outputs = datadog_api.create(MONITOR, SIMPLE)
    assert datadog_api.changed_after(MONITOR, outputs, {**SIMPLE, "query": "avg(last_5m):avg:a{*} > 2"}) == ["query"]


def point(**changes: Any) -> dict[str, Any]:
    return {"name": "ops", "emails": [{"addresses": ["a@a.example"]}], **changes}


@pytest.mark.parametrize(
    ("kind", "old", "new", "first"),
    [
        (POINT, point(), point(name="other"), True),
        (POINT, point(), point(orgId="2"), True),
        (POINT, point(), point(emails=[{"addresses": ["b@a.example"]}]), False),
        (TIMING, {"name": "a"}, {"name": "b"}, True),
        (GROUP, {"name": "g", "folderUid": "a"}, {"name": "g", "folderUid": "b"}, True),
        (FOLDER, {"title": "t", "uid": "a"}, {"title": "t", "uid": "b"}, False),
    ],
)
def test_the_bridge_deletes_first_what_is_named_by_the_program(grafana_api, kind, old, new, first):
    difference = grafana_api.diff(kind, old, new)
    assert difference.deleteBeforeReplace == first


def test_the_bridge_names_what_the_program_does_not_once_and_replaces_it_without_deleting_first(grafana_api):
    nameless = {"emails": [{"addresses": ["a@a.example"]}]}
    made = grafana_api.checked(POINT, nameless, name="ops")
    assert made["name"].startswith("ops-")
    assert grafana_api.checked(POINT, nameless, name="ops", olds=made)["name"] == made["name"]
    assert not grafana_api.diff(POINT, made, {**made, "orgId": "2"}).deleteBeforeReplace


def test_datadogs_objective_stays_while_a_dashboard_shows_it(datadog_api):
    identity, _ = datadog_api.create(SLO, GOAL, "goal")
    widget = {"definition": {"type": "slo", "slo_id": identity}}
    datadog_api.create(DASHBOARD, {"dashboard": json.dumps({**BOARD, "widgets": [widget]})}, "board")
    with pytest.raises(AbortedError, match=r"is referenced in dashboards: \[.*board"):
        datadog_api.delete(SLO, identity, "goal")
