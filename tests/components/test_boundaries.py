"""Every limit of a vendor, as the value that is just accepted and the one that is just refused."""

from components.datadog import limits as datadog
from components.grafana import limits as grafana
from components.sentry import limits as sentry
from components.vocabulary import (
    Absence,
    Anomaly,
    BudgetBurns,
    Check,
    Count,
    Dashboard,
    ErrorCount,
    ErrorTracking,
    FailedTransactions,
    Issues,
    Level,
    LogCount,
    LogIndex,
    Number,
    Objective,
    Percentile,
    ServiceCheck,
    Severity,
    counter,
    days,
    hours,
    milliseconds,
    minutes,
    percent,
    seconds,
    times,
)
from components.vocabulary.at_sentry import ErrorDashboard, ErrorView
from tests.tiny import API, CORRECT, DISK, PAID, QUIETER, ROW, TEAM, alert, environment, scope
from tests.tiny_grafana import CORRECT as BY_EVENTS
from tests.tiny_grafana import DURATION, REQUESTS, USED, kept_at_grafana

ALONE = {"alerts": (), "dashboards": (), "objectives": (), "log_metrics": ()}


def when(condition, name="x", **severity):
    """A product with one alert."""
    told = Severity("P9", "x", urgency=3, answer_within=hours(1), tell=(TEAM,), rows=ROW, **severity)
    return {"alerts": (alert(name, condition, told),), "severities": (told,)}


def slow(over):
    return when(Percentile(99, API.latency).over(over).above(seconds(3)))


def lines(over):
    return when(LogCount(status=("error",)).over(over).above(times(5)))


def silent(over):
    return when(Absence(PAID, over=over))


def ranked(rank):
    return when(Percentile(rank, API.latency).over(minutes(5)).above(seconds(3)))


def strange(lasting):
    return when(Anomaly(Count(PAID), side="both", share=percent(100), lasting=lasting, history=hours(4)))


def burns(within, objective=CORRECT):
    return when(BudgetBurns(objective, rate=2, within=within)) | {"objectives": (objective,)}


def checked(failures=1, successes=1):
    return when(ServiceCheck("a.b", failures=failures, successes=successes, by=("host",)))


def reminded(every):
    return when(Level(DISK).over(minutes(5)).above(percent(80)), remind_every=every)


def escalated(after):
    return when(Level(DISK).over(minutes(5)).above(percent(80)), escalate_after=after, escalate_to=(TEAM,))


def lost(over):
    """A single event, which is told again after half an hour."""
    return when(LogCount(status=("error",)).over(over).above(times(0)), remind_every=minutes(30))


def kept(length):
    return {"objectives": (Objective("x", percent(99), bad=CORRECT.bad, period=length, summary="x", rows=ROW),)}


def slices(over):
    good = Percentile(95, API.latency).over(over).below(milliseconds(500))
    return {"objectives": (Objective("x", percent(99), good=good, summary="x", rows=ROW),)}


def index(**other):
    return {"log_index": LogIndex("x", rows=ROW, **({"keep": days(15), "at_most_daily": times(1000)} | other))}


def staging_keeps(length):
    return {"environment": environment(**QUIETER | {"keep-logs-at-most": length})} | index()


def number(last):
    return {
        "dashboards": (Dashboard("x", "x", (Number("x", Count(PAID), about="x", last=last),), about="x", rows=ROW),)
    }


def named(name):
    return {"also_emits": (counter(name, "x"),)}


def tagged(value):
    return when(Count(PAID.where(method=value)).over(minutes(5)).above(times(5)))


# What it is: the field that a problem names, the product that is just accepted, and the one that is just refused.
DATADOG = {
    "shortest window of a metric": ("over", slow(minutes(1)), slow(seconds(59))),
    "longest window of a metric": ("over", slow(hours(730)), slow(minutes(730 * 60 + 1))),
    "whole minutes": ("over", slow(minutes(2)), slow(seconds(121))),
    "shortest window of log lines": ("over", lines(minutes(1)), lines(seconds(59))),
    "longest window of log lines": ("over", lines(hours(48)), lines(minutes(48 * 60 + 1))),
    "silence before it is forgotten": ("over", silent(minutes(24 * 60 - 1)), silent(hours(24))),
    "digits of a percentile": ("rank", ranked(99.99), ranked(99.999)),
    "an anomaly's end of its history": ("lasting", strange(hours(4)), strange(minutes(241))),
    "shortest window of a burn rate": ("within", burns(hours(1)), burns(minutes(48))),
    "longest window of a burn rate": ("within", burns(hours(48)), burns(minutes(48 * 60 + 12))),
    "whole minutes in a twelfth": ("within", burns(minutes(72)), burns(minutes(71))),
    "failures of a service check": ("failures", checked(failures=100), checked(failures=101)),
    "successes of a service check": ("successes", checked(successes=100), checked(successes=101)),
    "longest reminder": ("remind_every", reminded(hours(24)), reminded(minutes(24 * 60 + 1))),
    "longest escalation": ("escalate_after", escalated(hours(24)), escalated(minutes(24 * 60 + 1))),
    "a single event until it is told again": ("over", lost(minutes(31)), lost(minutes(30))),
    "a week's objective": ("period", kept(days(7)), kept(days(8))),
    "a month's objective": ("period", kept(days(30)), kept(days(31))),
    "a quarter's objective": ("period", kept(days(90)), kept(days(91))),
    "shortest slice": ("over", slices(minutes(1)), slices(minutes(2))),
    "longest slice": ("over", slices(minutes(5)), slices(minutes(6))),
    "least of a retention": ("keep", index(keep=days(3)), index(keep=days(2))),
    "most of a retention": ("keep", index(keep=days(360)), index(keep=days(361))),
    "retention in an environment": ("keep-logs-at-most", staging_keeps("7d"), staging_keeps("8d")),
    "least events a day": ("at_most_daily", index(at_most_daily=times(1)), index(at_most_daily=times(0))),
    "whole events a day": ("at_most_daily", index(at_most_daily=times(2)), index(at_most_daily=times(1.5))),
    "least of a daily limit that is announced": ("warn_at", index(warn_at=percent(50)), index(warn_at=percent(49.9))),
    "most of a daily limit that is announced": ("warn_at", index(warn_at=percent(99.9)), index(warn_at=percent(100))),
    "shortest period of a number": ("last", number(hours(1)), number(minutes(59))),
    "longest period of a number": ("last", number(days(30)), number(days(31))),
    "characters of a metric's name": ("name", named("paid_x"), named("paid-x")),
    "characters of a tag's value": ("method", tagged("a/b:c.d-e"), tagged("a b")),
}


def probed(**other):
    check = Check("x", "api", "/", **({"every": minutes(1), "rows": ROW} | other))
    return when(Absence(check, over=days(1)))


GRAFANA = {
    "length of a label": ("team", {"team": "t" * 32} | probed(), {"team": "t" * 33} | probed()),
    "most rarely probed": ("every", probed(every=hours(1)), probed(every=seconds(3601))),
    "shortest wait": ("timeout", probed(timeout=seconds(1)), probed(timeout=milliseconds(999))),
    "longest wait": (
        "timeout",
        probed(every=hours(1), timeout=minutes(3)),
        probed(every=hours(1), timeout=milliseconds(180_001)),
    ),
    "whole milliseconds": ("timeout", probed(timeout=milliseconds(1501)), probed(timeout=milliseconds(1500.5))),
    "points of a counter": (
        "over",
        when(Count(REQUESTS).over(minutes(5)).above(times(5))),
        when(Count(REQUESTS).over(seconds(299)).above(times(5))),
    ),
    "points of a distribution": (
        "over",
        when(Percentile(95, DURATION).over(minutes(5)).above(seconds(5))),
        when(Percentile(95, DURATION).over(seconds(299)).above(seconds(5))),
    ),
    "points of a level": (
        "over",
        when(Level(USED).over(minutes(2)).above(times(5))),
        when(Level(USED).over(seconds(119)).above(times(5))),
    ),
    "points of a burn rate": ("within", burns(hours(1), BY_EVENTS), burns(minutes(59), BY_EVENTS)),
    "days of an objective": (
        "period",
        {"objectives": (Objective("x", percent(99), bad=BY_EVENTS.bad, period=days(2), summary="x", rows=ROW),)},
        {"objectives": (Objective("x", percent(99), bad=BY_EVENTS.bad, period=hours(47), summary="x", rows=ROW),)},
    ),
}


def repeated(every):
    return when(Issues(on=("new",), at_most_every=every))


def more_than(number):
    return when(Issues(more_than=times(number), within="1h"))


def errors_over(over):
    return when(ErrorCount().over(over).above(times(5)))


def failed_over(over):
    return when(FailedTransactions().over(over).above(percent(5)))


def errors(**other):
    return {"errors": ErrorTracking("node", rows=ROW, **other)}


def views(number):
    page = ErrorDashboard("x", "x", (ErrorView("x", "number", ("count",)),) * number, rows=ROW)
    return errors(dashboard=page)


def called(longest, condition):
    head = len("[production] Tiny: P9 ")
    return ("name", *(when(condition, "n" * (length - head)) for length in (longest, longest + 1)))


SENTRY = {
    "name of an alert on issues": called(256, Issues(on=("new",))),
    "name of a monitor": called(200, ErrorCount().over(hours(1)).above(times(5))),
    "most often repeated": ("at_most_every", repeated(minutes(5)), repeated(seconds(299))),
    "most rarely repeated": ("at_most_every", repeated(days(30)), repeated(minutes(30 * 1440 + 1))),
    "first number of events": ("more_than", more_than(1), more_than(0)),
    "whole number of events": ("more_than", more_than(2), more_than(1.5)),
    "shortest window of errors": ("over", errors_over(minutes(1)), errors_over(seconds(59))),
    "longest window of errors": ("over", errors_over(days(1)), errors_over(minutes(1441))),
    "shortest window of traced requests": ("over", failed_over(minutes(5)), failed_over(minutes(1))),
    "views of a dashboard": ("views", views(30), views(31)),
    "most often bundled": (
        "summarise_every",
        errors(summarise_every=minutes(1)),
        errors(summarise_every=seconds(59)),
    ),
    "most rarely bundled": (
        "summarise_every",
        errors(summarise_every=hours(1)),
        errors(summarise_every=seconds(3601)),
    ),
}


def said(vendor, made, table):
    """The fields that a vendor refuses, of each pair."""
    return {
        name: tuple([problem.field for problem in vendor.problems(made(**(ALONE | each)))] for each in pair)
        for name, (_, *pair) in table.items()
    }


def wanted(table):
    return {name: ([], [field]) for name, (field, *_) in table.items()}


def test_the_last_value_that_datadog_takes_is_accepted_and_the_next_refused():
    assert said(datadog, scope, DATADOG) == wanted(DATADOG)


def test_the_last_value_that_grafana_takes_is_accepted_and_the_next_refused():
    assert said(grafana, kept_at_grafana, GRAFANA) == wanted(GRAFANA)


def test_the_last_value_that_sentry_takes_is_accepted_and_the_next_refused():
    assert said(sentry, scope, SENTRY) == wanted(SENTRY)
