"""Rules on metrics and logs at Grafana: steps, receivers, escalation, maintenance, burn rates."""

import json

import pytest

from tests.components.conftest import declare
from tests.tiny import STAGING
from tests.tiny_grafana import kept_at_grafana


@pytest.fixture(scope="module")
def made():
    return declare(kept_at_grafana())


@pytest.fixture(scope="module")
def staged_there():
    return declare(kept_at_grafana(STAGING))


def rules(made):
    return {rule["uid"]: rule for rule in made.one("RuleGroup", "rules-telemetry")["rules"]}


def steps(rule):
    return {step["refId"]: json.loads(step["model"]) for step in rule["datas"]}


def test_the_comparison_and_the_recovery_stand_in_the_last_step(made):
    assert steps(rules(made)["tiny-errors"])["C"] == {
        "refId": "C",
        "type": "threshold",
        "expression": "A",
        "conditions": [
            {
                "evaluator": {"type": "gt", "params": [0.05]},
                "unloadEvaluator": {"type": "lt", "params": [0.04]},
            }
        ],
    }


def test_a_limit_of_zero_has_no_room_for_a_recovery(made):
    (condition,) = steps(rules(made)["tiny-logged"])["C"]["conditions"]
    assert condition == {"evaluator": {"type": "gt", "params": [0]}}


@pytest.mark.parametrize(
    ("uid", "waits"),
    [
        ("tiny-errors", 300),
        ("tiny-few-errors", 0),
        ("tiny-few-errors-late", 1800),
        ("tiny-slow", 600),
        ("tiny-slow-late", 2400),
        ("tiny-burns", 0),
    ],
)
def test_a_rule_waits_as_long_as_it_has_to_last_and_the_escalation_longer(made, uid, waits):
    assert rules(made)[uid]["for"] == f"{waits}s"


def test_only_severities_that_escalate_have_a_second_rule_which_tells_others(made):
    late = {uid for uid in rules(made) if uid.endswith("-late")}
    assert late == {"tiny-few-errors-late", "tiny-slow-late", "tiny-routes-late"}
    rule = rules(made)["tiny-slow-late"]
    assert rule["name"] == "[production] Tiny: Slow (escalated)"
    assert rule["annotations"]["summary"] == "It is wrong. It has lasted 30 minutes."
    assert rule["notificationSettings"]["contactPoint"] == "tiny-p2-late"
    assert steps(rule) == steps(rules(made)["tiny-slow"])


@pytest.mark.parametrize(
    ("uid", "contact", "repeat"),
    [("tiny-errors", "tiny-p1", "1d"), ("tiny-few-errors", "tiny-p2", "240m"), ("tiny-slow", "tiny-slow", "240m")],
)
def test_a_rule_names_its_contact_point_and_every_mute_timing(made, uid, contact, repeat):
    settings = rules(made)[uid]["notificationSettings"]
    assert (settings["contactPoint"], settings["repeatInterval"]) == (contact, repeat)
    assert settings["muteTimings"] == ["tiny-sunday"]


def test_whoever_is_woken_is_not_by_a_data_source_that_fails(made):
    states = {uid: rule["execErrState"] for uid, rule in rules(made).items()}
    assert states["tiny-errors"] == "KeepLast"
    assert states["tiny-slow"] == "Error"
    assert states["tiny-slow-late"] == "KeepLast"
    assert {rule["noDataState"] for rule in rules(made).values()} == {"OK"}


def test_logs_are_asked_of_the_source_of_logs(made):
    first, last = rules(made)["tiny-logged"]["datas"]
    assert (first["datasourceUid"], last["datasourceUid"]) == ("grafanacloud-logs", "__expr__")
    model = json.loads(first["model"])
    assert (model["queryType"], "instant" in model) == ("instant", False)
    assert rules(made)["tiny-errors"]["datas"][0]["datasourceUid"] == "prom"


def test_a_family_of_metrics_is_missed_when_any_of_them_is(made):
    text = steps(rules(made)["tiny-silent"])["A"]["expr"]
    assert text.count("absent_over_time(") == 3
    assert text.count(" or ") == 2
    assert "[30m]" in text


def test_a_summary_names_the_label_that_a_tag_becomes(made):
    assert rules(made)["tiny-routes"]["annotations"]["summary"] == "{{ $labels.http_route }} fails."


def test_a_burn_rate_is_computed_and_its_traffic_gate_is_on_the_long_window(made):
    of = steps(rules(made)["tiny-burns"])
    assert of["C"] == {"refId": "C", "type": "math", "expression": "$A > 14.4 && $B > 14.4"}
    assert of["A"]["expr"].endswith("[1h])) >= 100)) / 0.001")
    assert ">=" not in of["B"]["expr"]
    assert "[5m]" in of["B"]["expr"]


def test_a_burn_rate_of_what_has_to_stay_within_a_limit_has_its_gate_too(made):
    of = steps(rules(made)["tiny-slow-burns"])
    assert of["C"]["expression"] == "$A > 2.8 && $B > 2.8"  # 20 % of 7 days within 12 hours
    assert of["A"]["expr"].startswith("(1 - sum(increase(http_duration_seconds_bucket{")
    assert of["A"]["expr"].endswith("[12h])) >= 50)) / 0.01")


def test_a_rule_links_to_the_dashboard_that_draws_it(made):
    assert rules(made)["tiny-errors"]["annotations"]["dashboard_url"] == "d/tiny-main"


def test_a_contact_point_reaches_each_kind_of_receiver_with_its_secret(made):
    contact = made.one("ContactPoint", "contact-p1")
    assert (contact["slacks"][0]["url"], contact["webhooks"][0]["url"]) == ("[secret]", "[secret]")
    assert contact["pagerduties"][0] | {"summary": ""} == {
        "integrationKey": "[secret]",
        "severity": "critical",
        "summary": "",
    }
    assert contact["emails"][0]["addresses"] == ["team@tiny.example"]


def test_who_is_told_later_and_who_is_told_beside_have_contact_points_of_their_own(made):
    points = {each.inputs["name"]: each.inputs for each in made.all("ContactPoint")}
    assert set(points) == {"tiny-p1", "tiny-p2", "tiny-p2-late", "tiny-slow"}
    kinds = ("slacks", "emails", "pagerduties", "webhooks")
    assert [len(points["tiny-p2-late"][kind]) for kind in kinds] == [0, 0, 1, 0]
    assert [len(points["tiny-slow"][kind]) for kind in kinds] == [1, 1, 0, 0]


def test_in_staging_the_escalation_reaches_the_one_channel_as_well(staged_there):
    for contact in staged_there.all("ContactPoint"):
        assert len(contact.inputs["slacks"]) == 1
        assert not (contact.inputs["pagerduties"])
        assert not (contact.inputs["webhooks"])
        assert not (contact.inputs["emails"])
    assert {uid.endswith("-staging") for uid in rules(staged_there)} == {True}


def test_maintenance_is_a_weekly_mute_timing(made):
    assert made.one("MuteTiming", "maintenance-sunday") == {
        "name": "tiny-sunday",
        "intervals": [
            {
                "weekdays": ["saturday", "sunday"],
                "times": [{"start": "02:00", "end": "04:30"}],
                "location": "Europe/Berlin",
            }
        ],
    }


def test_an_endpoint_is_fetched_with_a_secret_token_and_labelled(made):
    job = made.one("MetricsEndpointScrapeJob", "scrape-metrics")
    assert (job["url"], job["name"]) == ("https://api.tiny.example/metrics", "tiny-metrics")
    assert (job["authenticationMethod"], job["authenticationBearerToken"]) == ("bearer", "[secret]")
    assert job["scrapeIntervalSeconds"] == 60
    assert job["staticLabels"] == {"product": "tiny", "env": "production", "team": "tiny-team"}


def test_an_objective_of_bad_events_is_what_is_left_to_all(made):
    (query,) = made.one("SLO", "objective-correct")["queries"]
    text = query["freeform"]["query"]
    assert query["type"] == "freeform"
    whole = 'sum(increase(http_requests_total{job="tiny-api",deployment_environment="production"}[$__rate_interval]))'
    failed = whole.replace("requests", "failures")
    # A division: of a difference Grafana would take the average over time.
    assert text == f"({whole} - ({failed} or {whole} * 0)) / {whole}"
    (query,) = made.one("SLO", "objective-fast")["queries"]
    assert query["type"] == "ratio"
    assert query["ratio"]["successMetric"].startswith("http_duration_seconds_bucket{")
    assert query["ratio"]["totalMetric"].startswith("http_duration_seconds_count{")
    assert made.one("SLO", "objective-fast")["objectives"] == [{"value": 0.99, "window": "7d"}]
