"""`depends_on`: what each vendor makes of it, and what can't be said there or at all."""

import json
from dataclasses import replace

import promql_parser
import pytest

from components.datadog import limits as datadog
from components.grafana import limits as grafana
from components.sentry import limits as sentry
from components.vocabulary import (
    Absence,
    BudgetBurns,
    CheckFails,
    ErrorTracking,
    Issues,
    Level,
    LogCount,
    Ratio,
    ServiceCheck,
    Severity,
    hours,
    minutes,
    percent,
    times,
)
from tests.components.conftest import declare
from tests.refusals import refused, said
from tests.tiny import (
    API,
    CHANNEL,
    CORRECT,
    DISK,
    FAILING,
    FRONT,
    HEALTH,
    ON_CALL,
    QUIET,
    ROW,
    STAGING,
    TEAM,
    VENDORS,
    WAKES,
    alert,
    product,
    scope,
)

DOWN = alert("down", ServiceCheck("postgres.can_connect", failures=3, successes=2, by=("host",)), WAKES)
ERRORS = alert("errors", FAILING.above(percent(5)), WAKES, depends_on="down")
FRONT_DOWN = alert("front-down", CheckFails(FRONT, rounds=2), WAKES)
UNHEALTHY = alert("unhealthy", CheckFails(HEALTH, rounds=2), depends_on="front-down")
FAILED = Ratio(API.errors, of=API.requests)
NEVER = ErrorTracking("node", rows=ROW)


def with_alerts(*alerts, **other):
    severities = tuple(dict.fromkeys((WAKES, QUIET, *(each.severity for each in alerts))))
    return {"alerts": alerts, "severities": severities, "dashboards": (), **other}


def problems(vendor, *alerts, **other):
    found = said(vendor.problems(scope(**with_alerts(*alerts, **other))))
    return [each for each in found if "`depends_on`" in each]


def test_at_datadog_the_alert_is_composed_with_a_copy_of_its_cause_that_ends_later():
    made = declare(scope(**with_alerts(DOWN, ERRORS)))
    whole = made.one("Monitor", "errors")
    assert whole["query"] == "tiny-errors-ratio-id && tiny-errors-traffic-id && !tiny-errors-unless-down-id"
    copy = made.one("Monitor", "errors-unless-down")
    over = '"postgres.can_connect".over("env:production","product:tiny")'
    # 5 minutes of window, 2 of delay and 2 until both are seen, in runs of 15 seconds.
    assert copy["query"] == f'{over}.by("env").last(36).count_by_status()'
    assert copy["monitorThresholds"] == {"critical": "3", "warning": "36", "ok": "36"}
    assert "@" not in copy["message"]
    assert (copy["notifyNoData"], copy["noDataTimeframe"]) == (True, 19)


def test_at_datadog_all_parts_of_an_alert_with_a_cause_have_the_same_one_group():
    made = declare(scope(**with_alerts(DOWN, ERRORS)))
    (ratio, traffic) = (made.one("Monitor", f"errors-{part}")["query"] for part in ("ratio", "traffic"))
    assert ratio.count(" by {env}.as_count()") == 2
    assert traffic.count(" by {env}.as_count()") == 1
    alone = declare(scope(**with_alerts(replace(ERRORS, depends_on=())))).one("Monitor", "errors-ratio")
    assert " by " not in alone["query"]


def test_at_datadog_the_alert_is_evaluated_so_late_that_its_cause_has_been_noticed():
    made = declare(scope(**with_alerts(DOWN, ERRORS)))
    # Three runs and one that was just missed, 15 seconds apart, and an evaluation: 120 seconds.
    assert made.one("Monitor", "errors-ratio")["evaluationDelay"] == 120
    assert made.one("Monitor", "errors-traffic")["evaluationDelay"] == 120


def test_at_datadog_whoever_is_woken_is_told_too_where_the_cause_isnt_known_to_fire():
    whole = declare(scope(**with_alerts(DOWN, ERRORS))).one("Monitor", "errors")
    assert whole["notifyNoData"] is True
    assert whole["renotifyStatuses"] == ["alert", "no data"]
    assert "{{#is_no_data}}@pagerduty-tiny{{/is_no_data}}" in whole["message"]
    assert "{{#is_no_data}}down has no data, so whether it fires is unknown. {{/is_no_data}}" in whole["message"]
    assert "Not sent while down fires." in whole["message"]


def test_an_alert_without_a_gate_is_composed_with_its_cause_alone():
    slow = alert("slow", FAILED.over(minutes(10)).above(percent(1)), depends_on="down")
    whole = declare(scope(**with_alerts(DOWN, slow))).one("Monitor", "slow")
    assert whole["query"] == "tiny-slow-ratio-id && !tiny-slow-unless-down-id"


def test_at_grafana_the_rule_has_no_answer_while_it_would_fire_beside_its_cause():
    made = declare(scope(**with_alerts(FRONT_DOWN, UNHEALTHY)))
    (rule,) = [
        rule for group in made.all("RuleGroup") for rule in group.inputs["rules"] if rule["uid"] == "tiny-unhealthy"
    ]
    model = json.loads(rule["datas"][0]["model"])["expr"]
    promql_parser.parse(model)
    # HEALTH every 5 minutes is held for as long, and for two minutes until both are seen.
    assert ") unless on () ((count_over_time(((last_over_time((" in model
    assert '{job="tiny-front-production"}' in model
    assert "< 1)[7m:1m])))) or (last_over_time(" in model
    assert rule["noDataState"] == "KeepLast"
    assert "Not sent while front-down fires." in rule["annotations"]["description"]


def test_at_grafana_an_alert_waits_by_as_much_as_its_cause_is_slower():
    slower = alert("front-down", CheckFails(FRONT, rounds=5), WAKES)
    quick = alert("unhealthy", CheckFails(HEALTH, rounds=1), depends_on="front-down")
    made = declare(scope(**with_alerts(slower, quick)))
    (rule,) = [
        rule for group in made.all("RuleGroup") for rule in group.inputs["rules"] if rule["uid"] == "tiny-unhealthy"
    ]
    assert "[7m:1m]) >= 7) unless on ()" in json.loads(rule["datas"][0]["model"])["expr"]


def test_at_grafana_an_alert_waits_for_the_rounds_that_its_cause_takes_where_one_location_probes():
    once = alert("front-down", CheckFails(FRONT, rounds=1), WAKES)
    made = declare(scope(STAGING, **with_alerts(once, UNHEALTHY)))
    (rule,) = [
        rule
        for group in made.all("RuleGroup")
        for rule in group.inputs["rules"]
        if rule["uid"] == "tiny-unhealthy-staging"
    ]
    # Probed every 30 minutes from one location, both take two rounds: the cause may come 30 and 2 minutes later.
    assert "[32m:1m]) >= 32) unless on ()" in json.loads(rule["datas"][0]["model"])["expr"]


@pytest.mark.parametrize(
    ("alerts", "problem"),
    [
        (
            (FRONT_DOWN, alert("errors", FAILING.above(percent(5)), WAKES, depends_on="front-down")),
            (
                "alert 'errors', `depends_on`: 'front-down' is evaluated by Grafana, and Datadog can't know "
                "whether it fires. -> a cause that Datadog evaluates"
            ),
        ),
        (
            (
                alert("slow", FAILED.over(minutes(5)).above(percent(1)), WAKES),
                alert("errors", FAILING.above(percent(5)), WAKES, depends_on="slow"),
            ),
            (
                "alert 'errors', `depends_on`: 'slow' ends for Datadog while this alert's window still shows its "
                "effects, and it would be sent then. -> an alert on a ServiceCheck(…), which can be held for longer"
            ),
        ),
        (
            (
                DOWN,
                alert(
                    "vendors",
                    Ratio(VENDORS.errors, of=VENDORS.requests, by=("service",)).over(minutes(5)).above(percent(5)),
                    depends_on="down",
                ),
            ),
            (
                "alert 'vendors', `depends_on`: 'down' can't silence an alert grouped by service: Datadog joins "
                "only equal groups. -> no by=, or no depends_on="
            ),
        ),
        (
            (DOWN, alert("errors", FAILED.over(hours(1)).above(percent(5)), depends_on="down")),
            (
                "alert 'errors', `depends_on`: 'down' would have to be held for 256 runs after its end, until the "
                "alert's window is clear of it; Datadog looks back over at most 100. -> a window of at most 20 minutes"
            ),
        ),
        *(
            (
                (DOWN, alert("it", when, depends_on="down")),
                (
                    "alert 'it', `depends_on`: 'down' can't silence it: Datadog can evaluate only limits on "
                    "events, their share or their duration later than their cause. -> no depends_on="
                ),
            )
            for when in (
                BudgetBurns(CORRECT, spending=percent(2), within=hours(1)),
                Level(DISK).over(minutes(5)).above(percent(80)),
                Absence(API.requests, over=hours(1)),
                LogCount(message="x").over(minutes(5)).above(times(5)),
                ServiceCheck("redis.can_connect", failures=3, successes=2, by=("host",)),
            )
        ),
    ],
)
def test_what_datadog_cant_hold_against_its_cause_is_refused(alerts, problem):
    assert problems(datadog, *alerts) == [problem]


def test_sentry_refuses_every_cause():
    (text,) = problems(sentry, DOWN, alert("new", Issues(on=("new",)), depends_on="down"), errors=NEVER)
    assert text == (
        "alert 'new', `depends_on`: 'down' can't silence it: a Sentry alert can't refer to another alert. "
        "-> no depends_on=, or a filter that leaves out the cause's errors"
    )


def test_grafana_refuses_a_cause_that_datadog_evaluates():
    (text,) = problems(grafana, DOWN, alert("unhealthy", CheckFails(HEALTH, rounds=2), depends_on="down"))
    assert "'down' is evaluated by Datadog, and Grafana can't know whether it fires." in text


def test_a_cause_that_doesnt_exist_or_leads_back_is_refused():
    away = alert("errors", FAILING.above(percent(5)), depends_on="dwn")
    assert refused(lambda: product(**with_alerts(DOWN, away))) == [
        "alert 'errors', `depends_on`: 'dwn' isn't an alert of this product, so nothing would be sent instead. -> down"
    ]
    one = alert("one", FAILING.above(percent(5)), depends_on="two")
    two = alert("two", FAILING.above(percent(1)), depends_on=("three",))
    three = alert("three", FAILING.above(percent(2)), depends_on="one")
    assert "depends on it in turn (one -> two -> three -> one): while both fire, nobody would be notified." in "".join(
        refused(lambda: product(**with_alerts(one, two, three)))
    )
    itself = alert("one", FAILING.above(percent(5)), depends_on="one")
    assert "(one -> one)" in "".join(refused(lambda: product(**with_alerts(itself))))


def test_whoever_would_be_told_has_to_be_told_of_the_cause_and_as_urgently():
    quiet = alert("down", DOWN.when, QUIET)
    found = refused(lambda: product(**with_alerts(quiet, ERRORS)))
    assert found == [
        (
            "alert 'errors', `depends_on`: 'down' is P2 Medium, less urgent than the P0 Critical it would "
            "silence. -> a cause that is P0 Critical or more urgent"
        ),
        (
            "alert 'errors', `depends_on`: 'down' doesn't notify PagerDuty tiny, Email team@tiny.example, who "
            "would hear of neither the cause nor this alert. "
            "-> tell=(…) of down with PagerDuty tiny, Email team@tiny.example"
        ),
    ]
    late = Severity(
        "P1",
        "High",
        urgency=2,
        answer_within=minutes(30),
        tell=(CHANNEL, TEAM),
        escalate_after=minutes(30),
        escalate_to=(ON_CALL,),
        rows=ROW,
    )
    early = Severity("P0", "Down", urgency=1, answer_within=minutes(5), tell=(CHANNEL, TEAM), rows=ROW)
    errors = alert("errors", FAILING.above(percent(5)), late, depends_on="down")
    text = refused(lambda: product(**with_alerts(alert("down", DOWN.when, early), errors)))[-1]
    assert "'down' doesn't notify PagerDuty tiny" in text
    assert product(**with_alerts(alert("down", DOWN.when, WAKES), errors)).alerts
