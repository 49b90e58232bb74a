"""The stand-in for Grafana Cloud: what it refuses, in Grafana's words, and what it answers."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from support import AbortedError

FOLDER = "grafana:oss/folder:Folder"
DASHBOARD = "grafana:oss/dashboard:Dashboard"
POINT = "grafana:alerting/contactPoint:ContactPoint"
TIMING = "grafana:alerting/muteTiming:MuteTiming"
GROUP = "grafana:alerting/ruleGroup:RuleGroup"
CHECK = "grafana:syntheticMonitoring/check:Check"
ALERTS = "grafana:syntheticMonitoring/checkAlerts:CheckAlerts"
SLO = "grafana:slo/sLO:SLO"
SCRAPE = "grafana:connections/metricsEndpointScrapeJob:MetricsEndpointScrapeJob"


def rule(**changes: Any) -> dict[str, Any]:
    inputs = {
        "name": "Errors",
        "uid": "errors",
        "condition": "B",
        "for": "5m",
        "datas": [{"refId": "A", "model": "{}"}, {"refId": "B", "model": "{}"}],
        "notificationSettings": {"contactPoint": "ops"},
    }
    return {name: value for name, value in {**inputs, **changes}.items() if value is not None}


def group(*rules: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {"name": "g", "folderUid": "f", "intervalSeconds": 60, "rules": list(rules or [rule()]), **changes}


def check(**changes: Any) -> dict[str, Any]:
    inputs = {"job": "api", "target": "https://a.example", "probes": [1], "settings": {"http": {}}, "frequency": 60000}
    return {**inputs, **changes}


def slo(**changes: Any) -> dict[str, Any]:
    inputs = {
        "name": "a",
        "description": "b",
        "objectives": [{"value": 0.99, "window": "28d"}],
        "queries": [{"type": "ratio", "ratio": {"successMetric": "a", "totalMetric": "b"}}],
        "destinationDatasource": {"uid": "grafanacloud-prom"},
    }
    return {name: value for name, value in {**inputs, **changes}.items() if value is not None}


def scrape(**changes: Any) -> dict[str, Any]:
    return {"name": "m", "stackId": "1", "url": "https://a.example/m", "authenticationMethod": "bearer", **changes}


@pytest.mark.parametrize(
    ("kind", "inputs", "said"),
    [
        (SCRAPE, scrape(url="http://a.example/m"), "an https address"),
        (SCRAPE, scrape(authenticationMethod="header"), "expected authenticationMethod to be one of"),
        (SCRAPE, scrape(scrapeIntervalSeconds=15), "expected scrapeIntervalSeconds to be one of"),
        (FOLDER, {"title": "F", "uid": "a" * 41}, "at most 40 letters"),
        (FOLDER, {"title": "F", "uid": "a b"}, "at most 40 letters"),
        (FOLDER, {"uid": "a"}, 'The argument "title" is required'),
        (DASHBOARD, {"configJson": "{"}, "invalid dashboard JSON"),
        (DASHBOARD, {"configJson": "{}"}, "Dashboard title cannot be empty"),
        (POINT, {"name": "a"}, "must be specified"),
        (
            POINT,
            {"name": "a", "slacks": [{"token": "t"}]},
            "token must be specified when using the Slack chat API; or set url",
        ),
        (
            GROUP,
            group(intervalSeconds=65),
            "interval (65s) should be non-zero and divided exactly by scheduler interval: 10",
        ),
        (GROUP, group(rule(noDataState="Ok")), "expected rules[0].noDataState to be one of"),
        (GROUP, group(rule(execErrState="NoData")), "expected rules[0].execErrState to be one of"),
        (GROUP, group(rule(condition="C")), "condition C does not exist, must be one of A, B"),
        (GROUP, group(rule(datas=[])), "no queries or expressions are found"),
        (
            GROUP,
            group(rule(annotations={"__dashboardUid__": "a"})),
            "both annotations __dashboardUid__ and __panelId__",
        ),
        (GROUP, group(rule(), rule(name="b")), "rule with UID 'errors' is defined more than once"),
        (GROUP, group(rule(notificationSettings={})), "exactly one of contactPoint, policy; got none"),
        (GROUP, group(rule(uid="a" * 41)), "at most 40 letters"),
        (GROUP, group(rule(**{"for": "five"})), "a duration such as 5m"),
        (CHECK, check(frequency=999), "expected frequency to be in the range (1000 - 3.6e+06) ms, got 999"),
        (CHECK, check(timeout=180001), "must be between 1000 and 60000 ms"),
        (CHECK, check(timeout=2000, frequency=1000), "must be between 1000 and 1000 ms"),
        (CHECK, check(labels={f"l{n}": "a" for n in range(6)}), "at most 5, got 6"),
        (CHECK, check(labels={"a": "b" * 129}), "must have 1 to 128 bytes"),
        (CHECK, check(labels={"a": ""}), "must have 1 to 128 bytes"),
        (CHECK, check(probes=[]), "probes must contain at least 1 element"),
        (CHECK, check(probes=[999]), "there is no probe with id 999"),
        (CHECK, check(settings={"http": {}, "ping": {}}), "settings must set exactly one of"),
        (CHECK, check(target="a.example"), "is not an http:// or https:// URL"),
        (ALERTS, {"checkId": 1, "alerts": [{"name": "Down", "threshold": 1}]}, "expected alerts[0].name to be one of"),
        (
            SLO,
            slo(objectives=[{"value": 99, "window": "28d"}]),
            "expected objectives[0].value to be in the range (0 - 1)",
        ),
        (SLO, slo(objectives=[{"value": 0.9, "window": "month"}]), "a number and a unit, such as 28d"),
        (SLO, slo(name="a" * 129), "name may have at most 128 characters"),
        (SLO, slo(description=None), 'The argument "description" is required'),
        (SLO, slo(destinationDatasource=None), "a destination data source is required"),
    ],
)
def test_what_grafana_refuses_is_refused_in_the_preview(grafana_api, kind, inputs, said):
    assert said in "\n".join(grafana_api.check(kind, inputs))


def test_what_grafana_takes_is_taken(grafana_api):
    for kind, inputs in ((GROUP, group()), (CHECK, check()), (SLO, slo()), (FOLDER, {"title": "F", "uid": "f"})):
        assert grafana_api.check(kind, inputs) == []


def with_group(api: Any) -> None:
    api.create(FOLDER, {"title": "F", "uid": "f"})
    api.create(POINT, {"name": "ops", "emails": [{"addresses": ["a@a.example"]}]})
    api.create(TIMING, {"name": "night"})
    muted = {"contactPoint": "ops", "muteTimings": ["night"]}
    api.create(GROUP, group(rule(notificationSettings=muted)), "rules")


@pytest.mark.parametrize(
    ("kind", "inputs", "said"),
    [
        (FOLDER, {"title": "other", "uid": "f"}, "uid 'f' is already used"),
        (POINT, {"name": "ops", "emails": [{"addresses": ["b@a.example"]}]}, "name 'ops' is already used"),
        (GROUP, group(rule(uid="b")), "name 'g', folderUid 'f' is already used by rules"),
        (GROUP, group(name="h"), "alert rule uid 'errors' is already used in the group rules"),
        (GROUP, group(rule(uid="b"), name="h", folderUid="none"), "there is no folder with uid 'none'"),
        (
            GROUP,
            group(rule(uid="b", notificationSettings={"contactPoint": "nobody"}), name="h"),
            "contact point 'nobody' does not exist",
        ),
        (ALERTS, {"checkId": 5, "alerts": []}, "check 5 doesn't exist"),
    ],
)
def test_what_grafana_refuses_because_of_what_exists_is_refused(grafana_api, kind, inputs, said):
    with_group(grafana_api)
    with pytest.raises(AbortedError, match=said):
        grafana_api.create(kind, inputs)


def test_what_a_rule_uses_cannot_be_deleted(grafana_api):
    with_group(grafana_api)
    with pytest.raises(AbortedError, match="contact point 'ops' is currently used by the rule group rules"):
        grafana_api.delete(POINT, "0:ops")


def test_the_provider_takes_a_mute_timing_out_of_the_rules_before_it_deletes_it(grafana_api):
    with_group(grafana_api)
    grafana_api.delete(TIMING, "0:night")
    read = grafana_api.read(GROUP, "0:f:g", group())
    assert read["rules"][0]["notificationSettings"] == {"contactPoint": "ops", "muteTimings": []}


def test_two_dashboards_of_a_folder_differ_in_title_and_uid(grafana_api):
    def dashboard(**model: str) -> dict[str, Any]:
        return {"configJson": json.dumps(model)}

    identity, outputs = grafana_api.create(DASHBOARD, dashboard(title="My Board", uid="a"))
    assert identity == "0:a"
    assert outputs["uid"] == "a"
    assert outputs["url"].endswith("/d/a/my-board")
    with pytest.raises(AbortedError, match="a dashboard titled 'My Board' is already in the folder"):
        grafana_api.create(DASHBOARD, dashboard(title="My Board", uid="b"))
    with pytest.raises(AbortedError, match="0:a already exists"):
        grafana_api.create(DASHBOARD, dashboard(title="Other", uid="a"))
    assert grafana_api.replaced(DASHBOARD, dashboard(title="t", uid="a"), dashboard(title="t", uid="b")) == [
        "configJson"
    ]
    assert grafana_api.replaced(DASHBOARD, dashboard(title="t", uid="a"), dashboard(title="u", uid="a")) == []


def test_a_check_has_a_number_and_a_job_and_target_of_its_own(grafana_api):
    identity, outputs = grafana_api.create(CHECK, check(), "first")
    assert re.fullmatch(r"\d{6}", identity)
    assert isinstance(outputs["tenantId"], int)
    with pytest.raises(AbortedError, match=r"job 'api', target 'https://a.example' is already used by first"):
        grafana_api.create(CHECK, check(), "second")
    identity, _ = grafana_api.create(SLO, slo())
    assert re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}", identity)


def test_what_grafana_normalises_is_no_change(grafana_api):
    spaced = [{"refId": "A", "model": '{ "b": 1.0, "a": 2 }'}, {"refId": "B", "model": "{}"}]
    compact = [{"refId": "A", "model": '{"a":2,"b":1}'}, {"refId": "B", "model": "{}"}]
    old, new = group(rule(datas=spaced)), group(rule(datas=compact, **{"for": "5m0s"}))
    assert grafana_api.changed(GROUP, old, new) == []
    assert grafana_api.changed(CHECK, check(probes=[1, 2]), check(probes=[2, 1])) == []


def test_a_rule_group_is_replaced_by_name_and_changed_in_place_by_rule(grafana_api):
    difference = grafana_api.diff(GROUP, group(), group(rule(condition="A"), folderUid="other"))
    assert list(difference.replaces) == ["folderUid"]
    assert sorted(difference.detailedDiff) == ["folderUid", "rules[0].condition"]


def test_probes_are_looked_up_by_name(grafana_api):
    probes = grafana_api.invoke("grafana:syntheticMonitoring/getProbes:getProbes", {})["probes"]
    assert {"Frankfurt", "London", "NewYork"} <= probes.keys()
    assert grafana_api.check(CHECK, check(probes=list(probes.values()))) == []
    with pytest.raises(AbortedError, match="doesn't know grafana:oss/getNope:getNope"):
        grafana_api.invoke("grafana:oss/getNope:getNope", {})
