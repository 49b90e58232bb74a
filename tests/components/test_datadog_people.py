"""Who is told by Datadog, when again, when not, and what it refuses of that."""

import dataclasses
import datetime as dt
import re
from zoneinfo import ZoneInfo

import pytest

from components.datadog import limits
from components.datadog.downtimes import next_start
from components.vocabulary import (
    Absence,
    Anomaly,
    Buckets,
    BudgetBurns,
    Count,
    Dashboard,
    Dial,
    Email,
    ErrorCount,
    Level,
    Lines,
    Listing,
    LogCount,
    LogsStored,
    Maintenance,
    Mean,
    Percentile,
    Scrape,
    Severity,
    Webhook,
    Within,
    counter,
    days,
    hours,
    minutes,
    money,
    percent,
    seconds,
    times,
)
from tests.components.conftest import declare
from tests.refusals import said
from tests.tiny import AMOUNT, API, CHANNEL, CORRECT, DISK, FAST, ON_CALL, PAID, ROW, SEVERITIES, TINY, alert, scope

BACKUP = Email("backup@tiny.example")
LATE = Severity(
    "P1",
    "High",
    urgency=2,
    answer_within=minutes(30),
    tell=(CHANNEL,),
    escalate_after=minutes(30),
    escalate_to=(ON_CALL, BACKUP),
    rows=ROW,
)
CLICKS = counter("page.click", "Clicks", ("page.name",))
OTHERS = {
    "severities": (*SEVERITIES, LATE),
    "maintenance": (
        Maintenance("deploys", ("monday", "thursday"), "03:00", "04:30", timezone="Africa/Lagos", rows=ROW),
    ),
}


@pytest.fixture(scope="module")
def made():
    alerts = (
        alert("late", Count(PAID).over(hours(1)).above(times(5)), LATE),
        alert("clicks", Count(CLICKS, by=("page.name",)).over(hours(1)).above(times(5)), summary="{page.name} x"),
        alert("asked", Count(PAID).over(hours(1)).above(times(5)), summary="Is somebody buying everything?"),
        alert("full", LogsStored().over(days(1)).above(times(800))),
        alert("mean", Mean(AMOUNT).over(minutes(5), at_least=times(100)).above(money(50))),
        alert("p95", Percentile(95, AMOUNT).over(minutes(5), at_least=times(20)).above(money(90))),
        alert("gated", BudgetBurns(CORRECT, spending=percent(2), within=hours(1), at_least=times(50)), LATE),
    )
    return declare(scope(**OTHERS, alerts=alerts))


def test_the_reminder_tells_those_of_the_escalation_as_well(made):
    monitor = made.one("Monitor", "late")
    # They hear of the end as well, or their incident would stay open.
    assert "{{#is_alert}}" not in monitor["message"]
    assert monitor["message"].endswith("{{#is_recovery}}@pagerduty-tiny{{/is_recovery}}")
    assert monitor["escalationMessage"].endswith("@slack-tiny-alerts @pagerduty-tiny @backup@tiny.example")
    assert (monitor["renotifyInterval"], monitor["renotifyStatuses"]) == (30, ["alert"])


def test_a_tag_with_a_point_is_a_variable_in_brackets(made):
    assert made.one("Monitor", "clicks")["message"].startswith("{{[page.name].name}} x.")


def test_what_an_index_has_stored_is_counted_by_its_name_against_its_daily_limit(made):
    stored = "sum:datadog.estimated_usage.logs.ingested_events{datadog_index:tiny,datadog_is_excluded:false}"
    assert made.one("Monitor", "full")["query"] == f"sum(last_1d):{stored}.as_count() > 800"
    (problem,) = said(
        limits.problems(scope(alerts=(alert("full", LogsStored().over(days(1)).above(times(8))),), log_index=None))
    )
    assert "are an index's, and the product declares none" in problem


@pytest.mark.parametrize(("name", "kind", "least"), [("mean", "mean", 100), ("p95", "percentile", 20)])
def test_a_value_of_few_requests_is_gated_by_their_number(made, name, kind, least):
    assert made.one("Monitor", name)["query"] == f"tiny-{name}-{kind}-id && tiny-{name}-traffic-id"
    counted = "count:payment.amount{env:production,service:tiny-api}.as_count()"
    assert made.one("Monitor", f"{name}-traffic")["query"] == f"sum(last_5m):{counted} >= {least}"


def test_a_summary_that_brings_its_own_end_keeps_it(made):
    assert made.one("Monitor", "asked")["message"].startswith("Is somebody buying everything?\n")


def test_a_gated_burn_rate_is_composed_of_the_burn_and_the_traffic(made):
    assert made.one("Monitor", "gated")["type"] == "composite"
    assert made.one("Monitor", "gated")["query"] == "tiny-gated-burn-id && tiny-gated-traffic-id"
    assert made.one("Monitor", "gated-burn")["type"] == "slo alert"
    traffic = made.one("Monitor", "gated-traffic")
    hits = "sum:trace.express.request.hits{env:production,service:tiny-api}.as_count()"
    assert traffic["query"] == f"sum(last_1h):{hits} >= 50"


def test_maintenance_is_a_weekly_downtime_of_all_of_the_products_monitors(made):
    downtime = made.one("DowntimeSchedule", "maintenance-deploys-0300")
    assert downtime["monitorIdentifier"] == {"monitorTags": ["env:production", "product:tiny"]}
    schedule = downtime["recurringSchedule"]
    assert schedule["timezone"] == "Africa/Lagos"
    (recurrence,) = schedule["recurrences"]
    start = dt.datetime.fromisoformat(recurrence.pop("start"))
    assert recurrence == {"duration": "90m", "rrule": "FREQ=WEEKLY;BYDAY=MO,TH"}
    lagos = dt.datetime.now(ZoneInfo("Africa/Lagos")).replace(tzinfo=None)
    assert lagos - dt.timedelta(minutes=5) < start < lagos + dt.timedelta(days=7)
    # Tomorrow's preview computes another day, which is no reason to change what exists.
    assert made.ignored["tiny-maintenance-deploys-0300"] == ["recurringSchedule.recurrences[0].start"]


@pytest.mark.parametrize(
    ("now", "start"),
    [
        ("2026-01-04T12:00:00+00:00", "2026-01-05T03:00:00"),  # a Sunday
        ("2026-01-05T01:59:00+00:00", "2026-01-05T03:00:00"),  # 02:59 in Lagos
        ("2026-01-05T02:00:00+00:00", "2026-01-08T03:00:00"),  # it has just begun
        ("2026-01-08T23:30:00+00:00", "2026-01-12T03:00:00"),
    ],
)
def test_a_downtime_starts_at_its_next_occurrence_never_in_the_past(now, start):
    (window,) = OTHERS["maintenance"]
    assert next_start(window, dt.datetime.fromisoformat(now)) == start


def test_silence_wakes_whom_it_should(tiny):
    message = tiny.one("Monitor", "silent")["message"]
    assert "{{#is_no_data}}@pagerduty-tiny{{/is_no_data}}" in message


def found(**other):
    return said(limits.problems(scope(**(OTHERS | {"objectives": (CORRECT, FAST), "dashboards": ()} | other))))


def of(when, severity=LATE):
    return found(alerts=(alert("strange", when, severity),))


def test_there_is_nothing_to_refuse_of_that():
    assert of(Count(PAID).over(hours(1)).above(times(5))) == []


@pytest.mark.parametrize(
    ("when", "text"),
    [
        (Count(PAID).over(hours(1)).above(times(5), lasting=minutes(5)), "`lasting`: '5 minutes' isn't supported"),
        (
            LogCount(status=("error",)).over(hours(1)).above(times(5), lasting=minutes(5)),
            "`lasting`: '5 minutes' isn't supported by Datadog",
        ),
        (
            Within(API.latency, seconds(1)).over(hours(1)).below(percent(5)),
            "`signal`: 'tiny-api latency within 1 second'",
        ),
        (Absence(DISK, over=hours(1)), "`of`: 'system.disk.in_use' can't be watched for silence"),
        (Absence((PAID, CLICKS), over=hours(1)), "`of`: 'payment.paid, page.click' can't be watched for silence"),
        (
            Anomaly(LogCount(status=("error",)), side="both", lasting=hours(1), share=percent(50)),
            "`signal`: 'log events with status error' is counted from logs",
        ),
        (
            BudgetBurns(FAST, spending=percent(20), within=hours(6), at_least=times(5)),
            "`at_least`: '5' counts events, but the objective measures time.",
        ),
    ],
)
def test_what_a_monitor_can_not_watch_is_refused(when, text):
    (problem,) = of(when)
    assert problem.startswith(f"alert 'strange', {text}")


def test_a_reminder_that_is_not_the_escalation_is_refused():
    hasty = dataclasses.replace(LATE, remind_every=minutes(10))
    (problem,) = found(
        severities=(*SEVERITIES, hasty), alerts=(alert("x", Count(PAID).over(hours(1)).above(times(1)), hasty),)
    )
    assert problem == (
        f"alert 'x', `remind_every`: '10 minutes' differs from the 30 minutes after which {LATE.name} escalates; "
        "Datadog does both at once. -> the same as escalate_after, or left out"
    )


def test_an_escalation_after_more_than_a_day_is_refused():
    slow = dataclasses.replace(LATE, escalate_after=days(2))
    (problem,) = found(
        severities=(*SEVERITIES, slow), alerts=(alert("x", Count(PAID).over(hours(1)).above(times(1)), slow),)
    )
    assert problem.startswith("alert 'x', `escalate_after`: '2 days' is longer than Datadog sends reminders.")


def test_a_webhook_is_refused():
    hook = Webhook("bot")
    told = alert("x", Count(PAID).over(hours(1)).above(times(1)), tell=(hook,))
    (problem,) = found(alerts=(told,))
    assert problem.startswith("alert 'x', `tell`: 'Webhook bot' isn't a receiver that Datadog can notify.")


def test_widgets_that_only_grafana_draws_are_refused():
    level = Level(DISK, by=("host",))
    widgets = (
        Dial("A", level, about="x", last=hours(1)),
        Buckets("B", API.latency, about="x"),
        Listing("C", (level,), about="x", last=hours(1)),
        Lines("D", (Within(API.latency, seconds(1)),), about="x"),
        Lines("E", (ErrorCount(),), about="x"),
        Lines("F", (Percentile(95, API.latency),), about="x"),
    )
    texts = found(alerts=(), dashboards=(Dashboard("main", "x", widgets, about="x", rows=ROW),))
    assert [re.split(" is | isn't | can't ", text)[0] for text in texts] == [
        "dashboard 'main', widget 'A', `widgets`: 'Dial'",
        "dashboard 'main', widget 'B', `widgets`: 'Buckets'",
        "dashboard 'main', widget 'C', `widgets`: 'Listing'",
        "dashboard 'main', widget 'D', `signal`: 'tiny-api latency within 1 second'",
        "dashboard 'main', widget 'E', `signal`: 'errors'",
    ]


def test_what_grafana_fetches_is_not_read_at_datadog():
    scrape = Scrape("metrics", "api", "/metrics", every=seconds(60), rows=ROW)
    (problem,) = found(alerts=(), scrape=scrape)
    assert problem.startswith("product, `scrape`: 'metrics' is fetched by Grafana")


@pytest.mark.parametrize(
    ("wrong", "text"),
    [
        ({"keep": days(10)}, "`keep`: '10 days' isn't a retention that Datadog sells. -> days of 3, 7, 15,"),
        ({"at_most_daily": times(0)}, "`at_most_daily`: '0' isn't a number of events a day"),
        ({"warn_at": percent(30)}, "`warn_at`: '30 %' is outside the range that Datadog supports"),
    ],
)
def test_an_index_that_datadog_would_refuse_is_refused_before(wrong, text):
    (problem,) = said(limits.problems(scope(log_index=dataclasses.replace(TINY.log_index, **wrong))))
    assert text in problem
