"""Checks, objectives on them, and contact points at Grafana."""

from types import SimpleNamespace

import pulumi
import pytest

from components.grafana import checks
from components.grafana.promql import window
from components.vocabulary import hours, minutes, seconds


def object_of_a_run():
    """Stands for the engine's connection in one run of the program."""
    return type("Run", (), {})()


TITLE = '{{ if eq .Status "firing" }}Firing{{ else }}Resolved{{ end }}: {{ .CommonLabels.alertname }}'


def test_a_check_runs_as_often_as_the_product_says_in_milliseconds(tiny):
    health, front = tiny.one("Check", "check-health"), tiny.one("Check", "check-front")
    assert (health["frequency"], health["timeout"]) == (300_000, 10_000)
    assert (front["frequency"], front["timeout"]) == (60_000, 2500)


def test_an_environment_that_probes_more_rarely_wins(staged):
    assert {each.inputs["frequency"] for each in staged.all("Check")} == {1_800_000}


def test_a_check_probes_the_site_of_its_environment_from_its_locations(tiny, staged):
    assert tiny.one("Check", "check-health")["target"] == "https://api.tiny.example/health"
    assert staged.one("Check", "check-health")["target"] == "https://api.staging.tiny.example/health"
    assert len(tiny.one("Check", "check-health")["probes"]) == 2
    assert len(staged.one("Check", "check-health")["probes"]) == 1
    assert tiny.one("Check", "check-front")["job"] == "tiny-front-production"


def test_a_check_wants_its_status_tls_and_where_given_a_body(tiny):
    http = {"method": "GET", "validStatusCodes": [200], "failIfNotSsl": True}
    assert tiny.one("Check", "check-health")["settings"] == {"http": http}
    assert tiny.one("Check", "check-front")["settings"] == {
        "http": http | {"failIfBodyNotMatchesRegexps": ["(?i)tiny"]}
    }


def test_a_check_says_whose_it_is_and_leaves_alerting_to_our_rules(tiny):
    check = tiny.one("Check", "check-health")
    assert check["labels"] == {"env": "production", "product": "tiny", "team": "tiny-team", "managed_by": "pulumi"}
    assert (check["alertSensitivity"], check["basicMetricsOnly"], check["enabled"]) == ("none", True, True)


def test_an_objective_counts_successful_of_all_probes(tiny):
    slo = tiny.one("SLO", "objective-up")
    job = '{job="tiny-health-production"}'
    assert slo["queries"] == [
        {
            "type": "ratio",
            "ratio": {
                "successMetric": f"probe_all_success_sum{job}",
                "totalMetric": f"probe_all_success_count{job}",
            },
        }
    ]
    assert slo["objectives"] == [{"value": 0.999, "window": "30d"}]
    assert slo["destinationDatasource"] == {"uid": "prom"}
    assert slo["name"] == "[production] Tiny: Up"
    assert {label["key"]: label["value"] for label in slo["labels"]}["product"] == "tiny"
    assert len(tiny.all("SLO")) == 1


def test_an_objective_has_no_alerts_of_its_own_which_could_not_be_routed(tiny):
    assert "alertings" not in tiny.one("SLO", "objective-up")


def test_there_is_one_contact_point_for_each_group_of_receivers(tiny):
    names = {each.name: each.inputs["name"] for each in tiny.all("ContactPoint")}
    assert names == {
        "tiny-contact-p0": "tiny-p0",
        "tiny-contact-p2": "tiny-p2",
        "tiny-contact-front-down": "tiny-front-down",
    }


def test_a_contact_point_reaches_each_receiver_and_keeps_its_secrets(tiny):
    contact = tiny.one("ContactPoint", "contact-p0")
    (slack,), (email,), (pager,) = contact["slacks"], contact["emails"], contact["pagerduties"]
    assert (slack["url"], slack["title"]) == ("[secret]", TITLE)
    assert (email["addresses"], email["singleEmail"]) == (["team@tiny.example"], True)
    assert pager == {"integrationKey": "[secret]", "severity": "critical", "summary": TITLE}
    assert "Annotations.runbook_url" in slack["text"]


def test_a_contact_point_of_a_quiet_severity_wakes_nobody(tiny):
    contact = tiny.one("ContactPoint", "contact-p2")
    assert (len(contact["slacks"]), contact["emails"], contact["pagerduties"]) == (1, [], [])


def test_an_alert_that_tells_somebody_more_has_a_contact_point_of_its_own(tiny):
    assert len(tiny.one("ContactPoint", "contact-front-down")["pagerduties"]) == 2


def test_the_folder_is_named_for_product_and_environment(tiny, staged):
    assert tiny.one("Folder", "folder") == {"uid": "tiny", "title": "[production] Tiny: monitoring"}
    assert staged.one("Folder", "folder") == {"uid": "tiny-staging", "title": "[staging] Tiny: monitoring"}


def test_a_range_is_written_in_the_longest_exact_unit():
    written = [window(length) for length in (seconds(30), seconds(90), minutes(5), minutes(90), hours(1), hours(6))]
    assert written == ["30s", "90s", "5m", "90m", "1h", "6h"]


def test_probe_locations_are_looked_up_once_per_stack(tiny, monkeypatch):
    asked = []

    def get_probes(**_):
        asked.append(1)
        return SimpleNamespace(probes={"Frankfurt": 1})

    monkeypatch.setattr(checks.syntheticmonitoring, "get_probes", get_probes)
    run = object_of_a_run()
    monkeypatch.setattr(checks, "get_monitor", lambda: run)
    assert [checks.known_probes() for _ in range(3)] == [{"Frankfurt": 1}] * 3
    assert len(asked) == 1


def test_a_missing_credential_is_one_line_that_names_what_is_not_set(monkeypatch):
    def get_probes(**_):
        raise Exception("invoke failed:\n  the Grafana client is required")  # noqa: TRY002

    monkeypatch.setattr(checks.syntheticmonitoring, "get_probes", get_probes)
    run = object_of_a_run()
    monkeypatch.setattr(checks, "get_monitor", lambda: run)
    for name in ("GRAFANA_SM_URL", "GRAFANA_SM_ACCESS_TOKEN", "GRAFANA_CONNECTIONS_API_ACCESS_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("GRAFANA_URL", "https://g.example")
    monkeypatch.setenv("GRAFANA_AUTH", "token")
    with pytest.raises(pulumi.RunError) as caught:
        checks.known_probes()
    assert str(caught.value) == (
        "grafana: probe locations could not be looked up. These are not set: GRAFANA_SM_URL, GRAFANA_SM_ACCESS_TOKEN "
        "(for checks); GRAFANA_CONNECTIONS_API_ACCESS_TOKEN (for scrape jobs). "
        "The provider says: invoke failed: the Grafana client is required"
    )
