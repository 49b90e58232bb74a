"""Staging declares the same and can't wake anybody: all of it goes to one channel."""

import json

import pytest

from components.idle import waits_for_users
from components.vocabulary import (
    Absence,
    Count,
    Level,
    LogCount,
    Rate,
    Ratio,
    Total,
    hours,
    money,
    per_second,
    percent,
    times,
)
from tests.tiny import (
    AMOUNT,
    API,
    DISK,
    HEALTH,
    PAID,
    QUIETER,
    STAGING,
    TELEMETRY,
    TINY,
    TRIED,
    alert,
    environment,
    product,
    scope,
)


def test_staging_declares_the_same_but_for_what_waits_for_users(tiny, staged):
    left_out = {"tiny-sales", "tiny-revenue", "tiny-silent"}
    for kind in ("Monitor", "Alert", "MetricMonitor", "ServiceLevelObjective", "Check", "SLO"):
        expected = [each.name for each in tiny.all(kind) if each.name not in left_out]
        assert [each.name for each in staged.all(kind)] == expected
    assert set(scope(STAGING).left_out) == {name.removeprefix("tiny-") for name in left_out}


def test_staging_with_users_declares_everything(tiny):
    with_users = scope(environment(**QUIETER | {"has-users": True}))
    assert with_users.left_out == {}
    assert {alert.name for alert in with_users.alerts_at("telemetry")} == {alert.name for alert in TELEMETRY}


@pytest.mark.parametrize(
    ("when", "waits"),
    [
        (Count(PAID).over(hours(1)).below(times(1)), True),
        (Rate(PAID).over(hours(1)).below(per_second(1)), True),
        (Total(AMOUNT).over(hours(1)).below(money(1)), True),
        (LogCount(status=("*",)).over(hours(1)).below(times(1)), True),
        (Absence(API.requests, over=hours(1)), True),
        (Absence(DISK, over=hours(1)), False),
        (Absence(HEALTH, over=hours(1)), False),
        (Count(PAID).over(hours(1)).above(times(1)), False),
        (Ratio(PAID, of=TRIED).over(hours(1), at_least=times(5)).below(percent(1)), False),
        (Level(DISK).over(hours(1)).below(percent(5)), False),
    ],
)
def test_what_waits_for_users_is_a_count_below_a_limit_or_silence_of_what_they_cause(when, waits):
    assert waits_for_users(TINY, alert("some", when)) is waits


def test_a_counter_that_is_exported_without_users_too_is_missed_without_them():
    assert not waits_for_users(product(telemetry="grafana"), alert("some", Absence(PAID, over=hours(1))))


def test_staging_has_the_same_thresholds(tiny, staged):
    def limits(made):
        return {each.name: each.inputs.get("monitorThresholds") for each in made.all("Monitor")}

    assert limits(staged)
    assert limits(staged).items() <= limits(tiny).items()


def test_every_monitor_tells_the_one_channel_only(staged):
    for monitor in staged.all("Monitor"):
        text = f"{monitor.inputs['message']} {monitor.inputs.get('escalationMessage', '')}"
        handles = {word for word in text.replace("}}", "}} ").split() if word.startswith("@")}
        assert handles <= {"@slack-tiny-tiny-staging"}
        assert "is_alert" not in text
        if "part-of" not in str(monitor.inputs["tags"]):
            assert handles, monitor.name


def test_every_contact_point_is_the_one_channel(staged):
    for contact in staged.all("ContactPoint"):
        assert (len(contact.inputs["slacks"]), contact.inputs["emails"], contact.inputs["pagerduties"]) == (1, [], [])
        assert contact.inputs["name"].endswith("-staging")


def test_every_sentry_alert_tells_the_one_channel(staged):
    for made in staged.all("Alert"):
        (action_filter,) = made.inputs["actionFilters"]
        (action,) = action_filter["actions"]
        assert action["slack"]["channelName"] == "#tiny-staging"


@pytest.mark.parametrize("kind", ["ServiceObject", "IntegrationPagerduty"])
def test_nothing_that_wakes_is_declared(staged, kind):
    assert staged.all(kind) == []
    (channel,) = staged.all("Channel")
    assert channel.inputs["channelName"] == "#tiny-staging"


def test_names_differ_from_those_of_production(tiny, staged):
    def names(made):
        of = {(each.type, each.inputs["name"]) for each in made.resources if "name" in each.inputs}
        return {(kind, name) for kind, name in of if not kind.endswith("StatusPageComponent")}

    assert names(tiny) & names(staged) == set()


def test_every_query_is_narrowed_to_the_environment(staged):
    for monitor in staged.all("Monitor"):
        if monitor.inputs["type"] not in ("composite", "slo alert"):
            assert "env:staging" in monitor.inputs["query"]
    assert "production" not in json.dumps([each.inputs for each in staged.resources])


def test_only_what_takes_data_along_is_protected_and_only_where_the_environment_says_so(tiny, staged):
    components = {"tiny", "tiny-datadog", "tiny-grafana", "tiny-sentry"}  # a product, or all it has at a vendor
    assert tiny.protected == {"tiny-log-index", "tiny-sentry-project", *components}
    assert staged.protected == set()
