"""What a stack's state keeps of a product is as it is in that environment, and holds no secret."""

import dataclasses
import json

from components.declared import declared
from components.vocabulary import minutes
from tests.tiny import ON_CALL, STAGING, TINY, WAKES, scope
from tests.tiny_grafana import kept_at_grafana


def test_numbers_have_their_units_and_receivers_are_those_of_the_environment():
    alert = declared(scope())["alert"]["errors"]
    assert (alert["critical"], alert["over"], alert["at_least"], alert["at"]) == ("5 %", "5 minutes", "50", "datadog")
    assert alert["tells"] == ["PagerDuty tiny", "Slack #alerts", "Email team@tiny.example"]
    assert declared(scope(STAGING))["alert"]["errors"]["tells"] == ["Slack #tiny-staging"]


def test_nobody_is_named_in_staging_who_is_not_told_there():
    late = dataclasses.replace(WAKES, escalate_after=minutes(30), escalate_to=(ON_CALL,))
    alerts = tuple(dataclasses.replace(each, severity=late) if each.severity == WAKES else each for each in TINY.alerts)
    made = scope(STAGING, severities=(late, TINY.severities[1]), alerts=alerts)
    assert "PagerDuty" not in json.dumps(declared(made))


def test_checks_run_as_often_as_the_environment_allows():
    check = declared(scope(STAGING))["check"]["front"]
    assert (check["every"], check["from"], check["executions"]) == ("30 minutes", ["Frankfurt"], "1488")


def test_the_order_of_a_product_file_says_nothing():
    kinds = ("alerts", "objectives", "severities", "log_metrics")
    turned = {kind: tuple(reversed(getattr(TINY, kind))) for kind in kinds}
    assert declared(scope(**turned)) == declared(scope())


def test_what_a_stack_leaves_out_is_not_declared():
    assert "silent" not in declared(scope(STAGING))["alert"]
    assert "silent" in declared(scope())["alert"]


def test_no_secret_is_kept(recordings):
    for recording in recordings.values():
        kept = [one.inputs for one in recording.resources if one.type.startswith("monitoring:components:")]
        assert len(json.dumps(kept)) > 100_000
        assert "hooks.slack" not in json.dumps(kept)
        assert "sandbox-secret" not in json.dumps(kept)
        assert "[secret" not in json.dumps(kept)


def test_a_panel_says_by_which_tags_it_is_split_and_the_units_of_columns_that_differ():
    panels = {
        (each["title"], each["kind"]): each for each in declared(kept_at_grafana())["dashboard"]["main"]["panels"]
    }
    routes = panels["Routes", "listing"]
    assert (routes["by"], routes["units"]) == (["http.route"], ["count", "seconds"])
    assert panels["Failures", "lines"]["by"] == ["http.route"]
    assert not {"by", "units"} & panels["Latency", "lines"].keys()


def test_an_alert_on_a_check_says_how_many_rounds_have_to_fail_here():
    alerts = tuple(
        dataclasses.replace(each, when=dataclasses.replace(each.when, rounds=1)) if each.name == "down" else each
        for each in TINY.alerts
    )
    alert = declared(scope(STAGING, alerts=alerts))["alert"]["down"]
    assert alert["rounds"] == "2"
    assert "2 rounds in a row" in alert["fires"]
