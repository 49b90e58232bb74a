"""Rules on metrics and logs at Grafana: steps, receivers, escalation, maintenance, burn rates."""

import json

import pytest

from components.grafana.queries import query
from components.vocabulary import Absence, LogCount, minutes, times
from tests.components.conftest import declare
from tests.tiny import STAGING, alert
from tests.tiny_grafana import PATIENT, REQUESTS, kept_at_grafana


@pytest.fixture(scope="module")
def made():
    return declare(kept_at_grafana())


@pytest.fixture(scope="module")
def staged_there():
    return declare(kept_at_grafana(STAGING))


def rules(made):
    groups = [group.inputs["rules"] for group in made.all("RuleGroup")]
    return {rule["uid"]: rule for found in groups for rule in found}


def steps(rule):
    return {step["refId"]: json.loads(step["model"]) for step in rule["datas"]}


APP = '{job="tiny-api",deployment_environment="production"}'


def failing(gate):
    part, whole = (f"sum(increase(http_{name}_total{APP}[5m]))" for name in ("failures", "requests"))
    return f"({part} or {whole} * 0) / ({whole} {gate})"


def test_a_verdict_is_beyond_the_limit_for_some_time_or_beyond_the_recovery_and_nothing_between(made):
    fires = f"({failing('>= 20')}) > 0.05"
    lasting = f"count_over_time(({fires})[330s:1m]) >= 6"
    text = steps(rules(made)["tiny-errors"])["A"]["expr"]
    # The gate is for firing: a few requests that work are enough for "over", and none at all are not.
    assert text == f"last_over_time(({fires} and {lasting} or ({failing('> 0')}) < 0.04)[6h:1m])"
    assert steps(rules(made)["tiny-errors"])["C"]["conditions"] == [{"evaluator": {"type": "gt", "params": [0.05]}}]


@pytest.mark.parametrize(("uid", "looks"), [("tiny-errors", 6), ("tiny-slow", 11)])
def test_what_has_to_last_has_been_found_at_every_look_of_that_time(made, uid, looks):
    assert rules(made)[uid]["for"] == "0s"
    assert f"[{(looks - 1) * 60 + 30}s:1m]) >= {looks} or" in steps(rules(made)[uid])["A"]["expr"]


def test_log_lines_are_counted_while_any_arrive_and_what_lies_between_is_no_data():
    scope = kept_at_grafana()
    logs = LogCount(fields={"event": "loss"}).over(minutes(10))
    stream = '{service_name="tiny-api",deployment_environment="production"}'
    lost = f'sum(count_over_time({stream} | json | drop __error__, __error_details__ | event="loss" [10m]))'
    count = f"{lost} or sum(count_over_time({stream} [10m])) * 0"
    # Over only while lines arrive: once they stop, those counted before leave the window one by one.
    ended = f"({count}) and on () sum(count_over_time({stream} [2m])) > 0"
    assert query(scope, logs.above(times(0))).verdict == f"({count}) > 0 or ({ended}) <= 0"
    assert query(scope, logs.above(times(10))).verdict == f"({count}) > 10 or ({ended}) < 8"
    # Silence itself is 0, also when nothing arrives at all.
    assert query(scope, logs.below(times(1))).verdict == f"{lost} or vector(0)"
    by_user = query(scope, LogCount(message="x", by=("user.id",)).over(minutes(10)).above(times(0))).verdict
    assert f"or on () sum(count_over_time({stream} [10m])) * 0" in by_user


def test_only_severities_that_escalate_have_a_second_rule_which_tells_others(made):
    late = {uid for uid in rules(made) if uid.endswith("-late")}
    assert late == {"tiny-few-errors-late", "tiny-slow-late", "tiny-routes-late"}
    rule = rules(made)["tiny-slow-late"]
    assert rule["name"] == "[production] Tiny: Slow (escalated)"
    assert rule["annotations"]["summary"] == "It is wrong. It has lasted 30 minutes."
    assert rule["notificationSettings"]["contactPoint"] == "tiny-p2-late"
    late, first = steps(rule), steps(rules(made)["tiny-slow"])
    # The same verdict, found to fire at each of 31 looks; without a verdict the escalation is kept as well.
    assert late["A"] == first["A"]
    assert late["D"]["expr"] == f"sum_over_time((({first['A']['expr']}) > bool 3)[31m:1m])"
    assert (late["C"]["expression"], late["C"]["conditions"]) == (
        "D",
        [{"evaluator": {"type": "gt", "params": [30.0]}}],
    )
    assert rule["for"] == "0s"


def test_a_rule_and_its_escalation_are_a_group(made):
    group = made.one("RuleGroup", "rule-slow")
    assert group["name"] == "tiny-slow"
    assert [rule["uid"] for rule in group["rules"]] == ["tiny-slow", "tiny-slow-late"]


@pytest.mark.parametrize(
    ("uid", "contact", "repeat"),
    [("tiny-errors", "tiny-p1", "1d"), ("tiny-few-errors", "tiny-p2", "240m"), ("tiny-slow", "tiny-slow", "240m")],
)
def test_a_rule_names_its_contact_point_and_every_mute_timing(made, uid, contact, repeat):
    settings = rules(made)[uid]["notificationSettings"]
    assert (settings["contactPoint"], settings["repeatInterval"]) == (contact, repeat)
    assert settings["muteTimings"] == ["tiny-sunday"]


def test_only_alerts_on_silence_that_wake_nobody_report_a_data_source_that_fails(made):
    assert {rule["execErrState"] for rule in rules(made).values()} == {"KeepLast"}  # tiny-silent wakes somebody
    quiet = declare(kept_at_grafana(alerts=(alert("silent", Absence(REQUESTS, over=minutes(30)), PATIENT),)))
    states = {uid: rule["execErrState"] for uid, rule in rules(quiet).items()}
    assert states == {"tiny-silent": "Error", "tiny-silent-late": "KeepLast"}


def test_logs_are_asked_of_the_source_of_logs(made):
    first, last = rules(made)["tiny-logged"]["datas"]
    assert (first["datasourceUid"], last["datasourceUid"]) == ("grafanacloud-logs", "__expr__")
    model = json.loads(first["model"])
    assert (model["queryType"], "instant" in model) == ("instant", False)
    assert rules(made)["tiny-errors"]["datas"][0]["datasourceUid"] == "prom"


def test_a_family_of_metrics_is_missed_when_any_of_them_is(made):
    text = steps(rules(made)["tiny-silent"])["A"]["expr"]
    assert text.count("absent_over_time(") == 3
    assert text.count(" or absent_over_time(") == 2
    assert "[30m]" in text


def test_a_summary_names_the_label_that_a_tag_becomes(made):
    assert rules(made)["tiny-routes"]["annotations"]["summary"] == "{{ $labels.http_route }} fails."


def test_a_burn_rate_is_computed_and_its_traffic_gate_is_on_the_long_window(made):
    text = steps(rules(made)["tiny-burns"])["A"]["expr"]
    fires, *over = (
        text.removeprefix("last_over_time((").removesuffix(")[6h:1m])").replace(" or sum", " OR sum").split(" or ")
    )
    long, short = fires.split(" and ")
    assert long.endswith("[1h])) >= 100)) / 0.001 > 14.4")
    assert short.endswith("[5m])) > 0)) / 0.001 > 14.4")
    # Either window that is measured to be below the rate ends it; one without traffic says nothing.
    assert [each.rpartition(" / ")[2] for each in over] == ["0.001 <= 14.4", "0.001 <= 14.4"]
    assert ["[5m])) > 0)" in over[0], "[1h])) > 0)" in over[1]] == [True, True]


def test_a_burn_rate_of_what_has_to_stay_within_a_limit_has_its_gate_too(made):
    text = steps(rules(made)["tiny-slow-burns"])["A"]["expr"]
    assert text.startswith("last_over_time(((1 - sum(increase(http_duration_seconds_bucket{")
    assert "[12h])) >= 50)) / 0.01 > 2.8 and" in text  # 20 % of 7 days within 12 hours
    assert ">= 50" not in text.partition(" and ")[2]


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
