"""For each rule, what breaks it, what is said then, and what only just doesn't break it."""

from dataclasses import replace
from typing import NamedTuple

from components.scope import Scope
from components.vocabulary import (
    Absence,
    Anomaly,
    AtLeast,
    BudgetBurns,
    CertificateExpires,
    CheckFails,
    Count,
    ErrorCount,
    ErrorTracking,
    FailedTransactions,
    Firing,
    Issues,
    Level,
    LogCount,
    LogIndex,
    LogsStored,
    Mean,
    Objective,
    Percentile,
    Ratio,
    Scrape,
    ServiceCheck,
    Standing,
    Within,
    days,
    exposed,
    gauge,
    hours,
    infrastructure,
    minutes,
    percent,
    seconds,
    times,
)
from components.vocabulary.metrics import Kind
from components.vocabulary.quantities import Unit
from tests.rules.example import (
    API,
    FAILED,
    FULL,
    HEALTH,
    LATE,
    ON_CALL,
    ONLY_PAGE,
    OPEN,
    ORDERS,
    PAGE,
    READY,
    ROW,
    SHARE,
    SILENCE,
    TICKET,
    WAIT,
    alert,
    drawn,
    shop,
)
from tests.tiny import QUIETER, STAGING, environment

ERRORS = ErrorTracking("node", rows=ROW)
INDEX = LogIndex("shop", keep=days(15), at_most_daily=times(1000), rows=ROW)
LOST = LogCount(fields={"event": "loss"}).over(minutes(45)).above(times(0))
FEW = Objective("few-errors", percent(99.9), bad=Ratio(FAILED, of=ORDERS), summary="Few fail", rows=ROW)
FAST = Objective("fast", percent(99), good=Within(WAIT, seconds(1)), summary="Fast", rows=ROW)
UP = Objective("up", percent(99.9), good=HEALTH, summary="Up", rows=ROW)
SLOW = Objective(
    "slow", percent(99), good=Percentile(95, WAIT).over(minutes(5)).below(seconds(1)), summary="Slow", rows=ROW
)
FLAG = gauge("circuit.open", Unit.COUNT, "1 while it is open, else 0", most=times(1))
NODE = exposed("node_load1", Kind.GAUGE, Unit.COUNT, "Load")
HOST = infrastructure("system.load.1", Unit.COUNT, "Load")


def gated(number):
    return Ratio(FAILED, of=ORDERS).over(minutes(5), at_least=times(number))


def burn(objective=FEW, **other):
    return BudgetBurns(objective, **({"spending": percent(2), "within": hours(1)} | other))


def level(metric, taking="maximum"):
    return Level(metric, taking=taking).over(minutes(5))


def told_in(channel, name="staging"):
    return environment(**(QUIETER | {"name": name, "notify": {"slack": channel}}))


LOUD = environment(**(QUIETER | {"notify": "as-declared"}))
# Of one check every 5 minutes from two locations, in a month of 31 days.
COST = 31 * 24 * 12 * 2


class Case(NamedTuple):
    """A rule's id, what breaks it, part of what is said then, and what comes so close that it only just doesn't."""

    rule: str
    breaks: list[Scope]
    said: str
    keeps: list[Scope]


CASES = [
    Case(
        "page-without-gate",
        shop(alert(SHARE.above(percent(5)), PAGE)),
        "alert 'it', `at_least`: is missing: orders.failed of orders.placed above 5 % wakes somebody for a single",
        shop(alert(gated(20).above(percent(5)), PAGE)),
    ),
    Case(
        "page-without-gate",
        shop(alert(Percentile(99, WAIT).over(minutes(5)).above(seconds(3)), PAGE)),
        "p99 of orders.wait above 3 seconds wakes somebody",
        shop(alert(Percentile(99, WAIT).over(minutes(5), at_least=times(1)).above(seconds(3)), PAGE)),
    ),
    Case(
        "page-without-gate",
        shop(alert(Mean(WAIT).over(minutes(5)).above(seconds(3)), PAGE)),
        "mean of orders.wait above 3 seconds",
        shop(alert(Mean(WAIT).over(minutes(5)).above(seconds(3)), TICKET)),
    ),
    Case(
        "page-without-gate",
        shop(alert(FailedTransactions().over(minutes(5)).above(percent(5)), PAGE), errors=ERRORS),
        "a Ratio of counters with at_least=times(20), as this signal has no gate",
        shop(alert(ErrorCount().over(minutes(5)).above(times(5)), PAGE), errors=ERRORS),
    ),
    Case(
        "page-without-gate",
        shop(alert(burn(), PAGE), objectives=(FEW,)),
        "a burn rate of 14.4 wakes somebody",
        shop(alert(burn(SLOW, spending=percent(2)), PAGE), objectives=(SLOW,)),
    ),
    Case(
        "page-without-gate",
        shop(alert(burn(UP), PAGE), objectives=(UP,)),
        "a burn rate of 14.4 wakes somebody",
        shop(alert(burn(UP, at_least=times(1)), PAGE), objectives=(UP,)),
    ),
    Case(
        "share-without-gate",
        shop(alert(SHARE.above(percent(5)))),
        "alert 'it', `at_least`: is missing: orders.failed of orders.placed above 5 % alerts on a single bad event",
        shop(alert(gated(1).above(percent(5)))),
    ),
    Case(
        "share-without-gate",
        shop(alert(Within(WAIT, seconds(1)).over(hours(1)).below(percent(90)))),
        "within 1 second below 90 % alerts on a single bad event when traffic is low. -> a Ratio of counters",
        shop(alert(gated(20).above(percent(10)))),
    ),
    Case(
        "share-without-gate",
        shop(alert(burn(FAST)), objectives=(FAST,)),
        "a burn rate of 14.4 alerts on a single bad event",
        shop(alert(Percentile(99, WAIT).over(minutes(5)).above(seconds(3)))),
    ),
    Case(
        "page-for-one-event",
        shop(alert(gated(19).above(percent(5)), PAGE)),
        "alert 'it', `at_least`: '19' is so low that a single event of 19 is above 5 %, which wakes somebody. -> "
        "at_least=times(20) or more",
        shop(alert(gated(20).above(percent(5)), PAGE)),
    ),
    Case(
        "page-for-one-event",
        shop(alert(gated(9).below(percent(90)), PAGE)),
        "is so low that a single event of 9 is below 90 %, which wakes somebody. -> at_least=times(10) or more",
        shop(alert(gated(10).below(percent(90)), PAGE)),
    ),
    Case(
        "page-for-one-event",
        shop(alert(burn(at_least=times(69)), PAGE), objectives=(FEW,)),
        "is so low that one failed event of 69 burns the budget 14.4 times too fast: it pages. -> at_least=times(70)",
        shop(alert(burn(at_least=times(70)), PAGE), objectives=(FEW,)),
    ),
    Case(
        "page-for-one-event",
        shop(alert(burn(UP, at_least=times(1)), PAGE), objectives=(UP,)),
        "is so low that one failed probe burns the budget",
        shop(alert(burn(UP, at_least=times(2)), PAGE), objectives=(UP,)),
    ),
    Case(
        "drawn-nowhere",
        shop(alert(Count(FAILED).over(minutes(5)).above(times(3)))),
        "'number of orders.failed' isn't on any dashboard, so nobody can see what led up to it."
        ' -> Lines("It", Count(…), about="…") on a dashboard',
        shop(alert(Count(FAILED).over(minutes(5)).above(times(3))), dashboards=(drawn(Count(FAILED)),)),
    ),
    Case(
        "drawn-nowhere",
        shop(alert(burn(at_least=times(99))), objectives=(FEW,)),
        "alert 'it', `when`: 'few-errors' isn't on any dashboard",
        shop(
            alert(burn(at_least=times(99))),
            objectives=(FEW,),
            dashboards=(drawn(Count(ORDERS), widgets=(Standing("Budget", FEW, about="It"),)),),
        ),
    ),
    Case(
        "drawn-nowhere",
        shop(alert(SILENCE), dashboards=(drawn(Count(ORDERS)),)),
        "can't be drawn as a line, and no dashboard lists firing alerts",
        shop(alert(SILENCE), dashboards=(drawn(Count(ORDERS), widgets=(Firing("Now", about="It"),)),)),
    ),
    Case(
        "drawn-nowhere",
        shop(alert(Count(FAILED, by=("method",)).over(minutes(5)).above(times(9)))),
        ' -> Lines("It", Count(…, by=("method",)), about="…") on a dashboard',
        shop(
            alert(Count(FAILED, by=("method",)).over(minutes(5)).above(times(9))),
            dashboards=(drawn(Count(FAILED, by=("method",))),),
        ),
    ),
    Case(
        "severity-unused",
        shop(alert(SILENCE), severities=(TICKET, replace(PAGE, rows=""))),
        "severity 'P1', `severity`: 'P1' isn't used by any alert. -> no P1, or an alert with it",
        shop(alert(SILENCE), severities=(TICKET, PAGE)),
    ),
    Case("no-dashboard", shop(dashboards=()), "shop, `dashboards`: is empty", shop()),
    Case(
        "silence-unnoticed",
        shop(alert(Count(FAILED).over(minutes(5)).above(times(3)))),
        "alert 'it', `when`: 'orders.failed' goes blind if the application's metrics stop arriving",
        shop(alert(Count(FAILED).over(minutes(5)).above(times(3))), alert(SILENCE, name="silent")),
    ),
    Case(
        "silence-unnoticed",
        shop(alert(level(NODE).above(times(3))), alert(SILENCE, name="silent")),
        "if metrics of node stop arriving",
        shop(alert(level(HOST).above(times(3))), telemetry="datadog"),  # Datadog shows that a host is gone
    ),
    Case(
        "silence-unnoticed",
        shop(alert(LOST)),
        "alert 'it', `when`: 'log events' goes blind if log events stop arriving",
        shop(alert(LOST), alert(LogCount(status=("*",)).over(hours(1)).below(times(1)), name="silent")),
    ),
    Case(
        "silence-unnoticed",
        shop(alert(Count(API.errors).over(minutes(5)).above(times(3))), telemetry="datadog"),
        "if traces stop arriving",
        shop(
            alert(Count(API.errors).over(minutes(5)).above(times(3))),
            alert(Absence(API.requests, over=hours(1)), name="silent"),
            telemetry="datadog",
        ),
    ),
    Case(
        "silence-noticed-too-late",
        shop(alert(Absence(ORDERS, over=hours(7)))),
        "alert 'it', `over`: '7 hours' is longer than the 6 hours for which alerts remember",
        shop(alert(Absence(ORDERS, over=hours(6)))),
    ),
    Case(
        "silence-of-the-source-unnoticed",
        shop(alert(SILENCE, PAGE)),
        "alert 'it', `severity`: 'P1' wakes somebody, so it can't report when the data source itself fails",
        shop(alert(SILENCE, PAGE), alert(Absence(WAIT, over=minutes(30)), name="quiet")),
    ),
    Case(
        "log-limit-unwatched",
        shop(alert(LOST), alert(LogsStored().over(days(1)).above(times(1000)), name="full"), log_index=INDEX),
        "shop, `log_index`: '1000' is reached without anyone being notified",
        shop(alert(LOST), alert(LogsStored().over(days(1)).above(times(999)), name="full"), log_index=INDEX),
    ),
    Case(
        "check-without-alert",
        shop(alert(Absence(HEALTH, over=minutes(30)))),
        "check 'health', `name`: 'health' fails without anyone being notified.",
        shop(alert(CheckFails(HEALTH, rounds=2))),
    ),
    Case(
        "check-silence-unnoticed",
        shop(alert(CheckFails(HEALTH, rounds=2)), alert(Absence(READY, over=minutes(30)), name="silent")),
        "check 'health', `name`: 'health' may stop running without anyone being notified",
        shop(alert(CheckFails(HEALTH, rounds=2)), alert(Absence((READY, HEALTH), over=minutes(30)), name="silent")),
    ),
    Case(
        "certificate-unwatched",
        shop(
            alert(CheckFails(HEALTH, rounds=2)),
            alert(CheckFails(READY, rounds=2), name="other"),
            alert(CertificateExpires((HEALTH,), within=days(14)), name="certificate"),
        ),
        "check 'ready', `site`: 'web' has a certificate that can expire without anyone being notified",
        shop(
            alert(CheckFails(HEALTH, rounds=2)),
            alert(CheckFails(READY, rounds=2), name="other"),
            alert(CertificateExpires((HEALTH, READY), within=days(14)), name="certificate"),
        ),
    ),
    Case(
        "threshold-out-of-range",
        shop(alert(level(FULL).above(percent(100)))),
        "alert 'it', `critical`: '100 %' would never fire: disk.full is never more than 100 %. -> less than 100 %",
        shop(alert(level(FULL).above(percent(99)))),
    ),
    Case(
        "threshold-out-of-range",
        shop(alert(level(FULL).below(percent(101)))),
        "alert 'it', `critical`: '101 %' would always fire",
        shop(alert(level(FULL).below(percent(100)))),
    ),
    Case(
        "threshold-out-of-range",
        shop(alert(level(FULL).below(percent(100), warn=percent(101)))),
        "alert 'it', `warn`: '101 %' would always fire: disk.full is never more than 100 %. -> at most 100 %",
        shop(alert(level(FULL).below(percent(99), warn=percent(100)))),
    ),
    Case(
        "threshold-out-of-range",
        shop(alert(level(FLAG).above(times(1)))),
        "'1' would never fire: circuit.open is never more than 1.",
        shop(alert(level(FLAG).above(times(0))), alert(level(OPEN).above(times(1)), name="other")),
    ),
    Case(
        "recovery-out-of-range",
        shop(alert(level(OPEN).above(times(5), clear=times(0)))),
        "alert 'it', `clear`: '0' is never passed: nothing is less than 0",
        shop(alert(level(OPEN).above(times(5), clear=times(1)))),
    ),
    Case(
        "recovery-out-of-range",
        shop(alert(gated(20).below(percent(90), clear=percent(100)))),
        "'100 %' is never passed: orders.failed of orders.placed is never more than 100 %",
        shop(alert(gated(20).below(percent(90), clear=percent(99)))),
    ),
    Case(
        "threshold-between-values",
        shop(alert(Count(ORDERS).over(minutes(5)).above(times(2.5)))),
        "alert 'it', `critical`: '2.5' is between two values that number of orders.placed can take. -> times(2), which",
        shop(alert(Count(ORDERS).over(minutes(5)).above(times(2)))),
    ),
    Case(
        "threshold-between-values",
        shop(alert(LogCount(status=("*",)).over(minutes(5)).below(times(0.5)))),
        "-> times(1), which means the same",
        shop(alert(level(OPEN, taking="average").above(times(2.5)))),
    ),
    Case(
        "threshold-between-values",
        shop(alert(level(FLAG).above(times(0.5)))),
        "'0.5' is between two values that circuit.open can take. -> times(0)",
        shop(alert(level(OPEN).above(times(9), clear=times(8.5)))),  # where it is over reads better between two
    ),
    Case(
        "window-too-short",
        shop(alert(Absence(HEALTH, over=minutes(9)))),
        "alert 'it', `over`: '9 minutes' holds fewer than 2 values of health, which arrive every 5 minutes: a late one",
        shop(alert(Absence(HEALTH, over=minutes(10)))),
    ),
    Case(
        "window-too-short",
        shop(alert(Absence(ORDERS, over=seconds(119)))),
        "holds fewer than 2 values of orders.placed, which arrive every 60 seconds",
        shop(alert(Absence(ORDERS, over=seconds(120)))),
    ),
    Case(
        "window-too-short",
        shop(
            alert(Absence(NODE, over=minutes(3))), scrape=Scrape("s", "api", "/metrics", every=seconds(120), rows=ROW)
        ),
        "'3 minutes' holds fewer than 2 values of node_load1, which arrive every 120 seconds",
        shop(alert(Absence(ORDERS, over=seconds(60))), telemetry="datadog"),
    ),
    Case(
        "summary-without-number",
        shop(alert(Count(ORDERS).over(minutes(5)).above(times(2)), summary="Too many orders")),
        "alert 'it', `summary`: 'Too many orders' doesn't say above 2. -> the limit, as {threshold}",
        shop(
            alert(Count(ORDERS).over(minutes(5)).above(times(2)), summary="More than {threshold} orders"),
            alert(Count(ORDERS).over(minutes(5)).below(times(1)), name="none", summary="No order"),
        ),
    ),
    Case(
        "same-alert-twice",
        shop(
            alert(gated(20).above(percent(5)), name="one"),
            alert(Ratio(FAILED, of=ORDERS).over(hours(1), at_least=times(9)).above(percent(50)), name="two"),
        ),
        "alert 'two', `when`",
        shop(
            alert(gated(20).above(percent(5)), name="one"),
            alert(gated(20).above(percent(50)), PAGE, name="two"),
            alert(gated(20).below(percent(1)), name="three"),
        ),
    ),
    Case(
        "same-alert-twice",
        shop(alert(burn(at_least=times(99))), alert(burn(spending=percent(3)), name="two"), objectives=(FEW,)),
        "watches the same thing as it, in the same direction and with the same severity.",
        shop(alert(burn(at_least=times(99))), alert(burn(within=hours(6)), name="two"), objectives=(FEW,)),
    ),
    Case(
        "same-alert-twice",
        shop(alert(CheckFails(HEALTH, rounds=2)), alert(CheckFails(HEALTH, rounds=4), name="two")),
        "alert 'two', `when`",
        shop(alert(CheckFails(HEALTH, rounds=2)), alert(CheckFails(READY, rounds=2), name="two")),
    ),
    Case(
        "same-alert-twice",
        shop(alert(SILENCE), alert(SILENCE, name="two")),
        "alert 'two', `when`: 'no data from orders.placed for 30 minutes' watches the same thing as it",
        shop(alert(SILENCE), alert(Absence(ORDERS, over=minutes(29)), name="two")),
    ),
    Case(
        "staging-can-page",
        shop(environment=LOUD),
        "Pulumi.staging.yaml, `notify`: 'as-declared' would page people for what happens in staging. -> { slack",
        shop(environment=STAGING),
    ),
    Case(
        "staging-can-page",
        shop(environment=told_in("#shop-alerts")),
        "'Slack #shop-alerts' gets P1 Critical of Shop in production",
        shop(severities=(TICKET,), environment=told_in("#shop-alerts")),
    ),
    Case(
        "receiver-unreachable",
        shop(alert(Issues(where=(AtLeast("fatal"),)), LATE), errors=ERRORS),
        "severity 'P2', `escalate_to`: 'PagerDuty shop' is never notified of it: Sentry alerts don't escalate.",
        shop(alert(Issues(where=(AtLeast("fatal"),)), LATE, tell=(ON_CALL,)), errors=ERRORS),
    ),
    Case(
        "receiver-unreachable",
        shop(alert(Issues(where=(AtLeast("fatal"),)), LATE), alert(SILENCE, LATE, name="silent"), errors=ERRORS),
        "is never notified of it: Sentry",
        shop(alert(SILENCE, LATE), errors=ERRORS),
    ),
    Case(
        "page-on-a-guess",
        shop(
            alert(Anomaly(Count(ORDERS), side="both", lasting=hours(1), share=percent(100)), PAGE), telemetry="datadog"
        ),
        "alert 'it', `severity`: 'P1' wakes somebody for something merely unusual",
        shop(alert(Anomaly(Count(ORDERS), side="both", lasting=hours(1), share=percent(100))), telemetry="datadog"),
    ),
    Case(
        "page-for-any-error",
        shop(alert(Issues(on=("new",)), PAGE), errors=ERRORS),
        "alert 'it', `when`: 'an issue is new, told at most every 5 minutes per issue' wakes somebody for any error",
        shop(
            alert(Issues(on=("new",), more_than=times(5), within="1h"), PAGE),
            alert(Issues(on=("new",)), name="new"),
            errors=ERRORS,
        ),
    ),
    Case(
        "warning-unheard",
        shop(alert(level(FULL).above(percent(90), warn=percent(80)), ONLY_PAGE), telemetry="datadog"),
        "alert 'it', `warn`: '80 %' would reach nobody: PagerDuty shop is only notified of the alert",
        shop(
            alert(level(FULL).above(percent(90), warn=percent(80)), PAGE),
            alert(level(OPEN).above(times(9)), ONLY_PAGE, name="full"),
            telemetry="datadog",
        ),
    ),
    Case(
        "executions-over-budget",
        shop(alert(CheckFails(HEALTH, rounds=2)), environment=environment(uptime_executions_per_month=COST - 1)),
        f"Pulumi.prod.yaml, `uptime-executions-per-month`: {COST - 1} is exceeded by 1: {COST} executions a month from",
        shop(alert(CheckFails(HEALTH, rounds=2)), environment=environment(uptime_executions_per_month=COST)),
    ),
    Case(
        "custom-metrics-over-budget",
        shop(alert(level(FULL).above(percent(90))), telemetry="datadog", environment=environment(custom_metrics=0)),
        "Pulumi.prod.yaml, `custom-metrics`: 0 is exceeded: 2 custom metrics a month, 1 of them by disk.full of shop",
        shop(alert(level(FULL).above(percent(90))), telemetry="datadog", environment=environment(custom_metrics=2)),
    ),
    Case(
        "log-events-over-budget",
        shop(telemetry="datadog", log_index=INDEX, environment=environment(log_events_per_month=30_999)),
        "Pulumi.prod.yaml, `log-events-per-month`: 30999 is exceeded: 31000 events a month, 31000 of them by log index",
        shop(telemetry="datadog", log_index=INDEX, environment=environment(log_events_per_month=31_000)),
    ),
    Case(
        "too-many-alerts-at-sentry",
        shop(alert(Issues(on=("new",))), errors=ERRORS) * 1001,
        "Pulumi.prod.yaml, `sentry-organization`: 'tiny-org' would have 1001 alerts; Sentry allows 1000",
        shop(
            alert(Issues(on=("new",))),
            alert(ServiceCheck("c", failures=1, successes=1, by=("host",)), name="c"),
            errors=ERRORS,
        )
        * 1000,
    ),
    Case(
        "cause-slower",
        shop(
            alert(CheckFails(HEALTH, rounds=2), name="down"),
            alert(gated(1).above(percent(5)), depends_on="down"),
        ),
        "alert 'it', `depends_on`: 'down' may take 10 minutes to fire, and this alert 5 minutes",
        shop(
            alert(CheckFails(HEALTH, rounds=1), name="down"),
            alert(gated(1).above(percent(5)), depends_on="down"),
        ),
    ),
    Case(
        "cause-is-the-same",
        shop(
            alert(CheckFails(HEALTH, rounds=1), name="down"),
            alert(burn(UP, at_least=times(1)), depends_on="down"),
            objectives=(UP,),
        ),
        "alert 'it', `depends_on`: 'down' also watches health: whenever this alert fires, so does its cause",
        shop(
            alert(CheckFails(HEALTH, rounds=1), name="down"),
            alert(CheckFails(READY, rounds=1), depends_on="down"),
        ),
    ),
]
