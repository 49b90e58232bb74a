"""What could never fire, reach nobody or say nothing is refused where it is written, with what to write instead."""

from dataclasses import replace

import pytest

from components.vocabulary import (
    Anomaly,
    BudgetBurns,
    Check,
    Count,
    Dashboard,
    Email,
    ErrorDashboard,
    ErrorTracking,
    Level,
    LogCount,
    Maintenance,
    Mean,
    Number,
    PagerDuty,
    Percentile,
    Ratio,
    Scrape,
    Severity,
    Slack,
    StatusPage,
    Top,
    Unit,
    Within,
    counter,
    distribution,
    gauge,
    hours,
    minutes,
    percent,
    ratio,
    seconds,
    times,
)
from tests.refusals import refused
from tests.tiny import CORRECT, ROW, TINY

PAID = counter("paid", "x", ("method",))
TRIED = counter("tried", "x", ("method",))
SLOW = distribution("latency", Unit.SECONDS, "x")
SHARE = Ratio(PAID, of=TRIED).over(minutes(5))
SALES = Count(PAID).over(minutes(5))
USED = Level(gauge("used", Unit.RATIO, "x")).over(minutes(5))
NIGHT = Maintenance("night", ("sunday",), "03:00", "04:00", timezone="UTC", rows=ROW)
TAG = "can't be part of tags, handles and queries. -> one word of letters, digits and . _ : / -"


@pytest.mark.parametrize(
    ("build", "text"),
    [
        (lambda: SHARE.above(percent(150)), "`critical`: '150 %' would never fire"),
        (lambda: SHARE.above(percent(100)), "`critical`: '100 %' would never fire"),
        (lambda: SHARE.above(ratio(5)), "`critical`: '5' would never fire"),
        (lambda: SHARE.below(percent(150)), "`critical`: '150 %' would always fire"),
        (lambda: Within(SLOW, seconds(1)).over(minutes(5)).above(percent(101)), "`critical`: '101 %' would never fire"),
        (lambda: SALES.below(times(0)), "`critical`: '0' would never fire: nothing is less than 0"),
        (lambda: SALES.below(times(-1)), "`number`: '-1' is negative"),
        (lambda: SHARE.above(percent(-5)), "`number`: '-5 %' is negative"),
        (lambda: Ratio(PAID, of=PAID), "`of`: 'paid' is the part itself: the share is always 100 %"),
        (lambda: Ratio(PAID, of=TRIED, at_least=times(0)), "`at_least`: '0' isn't a number of events"),
        (lambda: Mean(SLOW, at_least=times(0.5)), "`at_least`: '0.5' isn't a number of events"),
        (lambda: Percentile(95, SLOW, at_least=times(0)), "`at_least`: '0' isn't a number of events"),
        (lambda: Percentile(0.95, SLOW), "`rank`: 0.95 is below almost every value. -> 95"),
        (
            lambda: BudgetBurns(CORRECT, spending=percent(2), within=hours(1), at_least=times(0)),
            "`at_least`: '0' isn't a number",
        ),
        (lambda: LogCount(status=("eror",)), "`status`: 'eror' isn't a log status. -> error"),
        (
            lambda: Anomaly(SALES.measure(), side="above", lasting=hours(1), share=percent(150)),
            "`share`: '150 %' isn't a share of that time",
        ),
        (
            lambda: Anomaly(SALES.measure(), side="above", lasting=hours(1), share=percent(50), deviations=0),
            "`deviations`: 0 isn't a valid width",
        ),
        (
            lambda: Check("up", "api", "/", every=minutes(1), rows=ROW, status=99999),
            "`status`: 99999 isn't an HTTP status",
        ),
        (lambda: Check("up", "api", "/", every=minutes(1), rows=ROW, body="(ok"), "`body`: '(ok' isn't a regular"),
        (
            lambda: Check("up", "api", "/", every=minutes(1), rows=ROW, body="(?!bad)"),
            "`body`: '(?!bad)' isn't a regular",
        ),
        (lambda: ErrorTracking("node", rows=ROW, ignore=("*",)), "`ignore`: '*' would drop every error"),
        (lambda: Maintenance("m", (), "03:00", "04:00", timezone="UTC", rows=ROW), "`days`: is empty"),
        (lambda: Scrape("m", "web", "metrics", every=minutes(1), rows=ROW), "`path`: 'metrics' isn't a path"),
        (lambda: PagerDuty("on call"), f"`name`: 'on call' {TAG}"),
        (lambda: PagerDuty(""), f"`name`: '' {TAG}"),
        (lambda: Email("a@b.example, c@d.example"), "`name`: 'a@b.example, c@d.example' isn't an e-mail address"),
        (lambda: Slack("#two words"), "`name`: '#two words' isn't a channel"),
        (
            lambda: Severity("P 1", "High", urgency=1, answer_within=hours(1), tell=(), rows=ROW),
            f"`name`: 'P 1' {TAG}",
        ),
        (lambda: replace(TINY, workspace=""), f"`workspace`: '' {TAG}"),
        (lambda: replace(TINY, service="my service"), f"`service`: 'my service' {TAG}"),
        (lambda: replace(TINY, team=""), f"`team`: '' {TAG}"),
        (lambda: replace(TINY, title=" "), "`title`: ' ' says nothing to the reader"),
        (lambda: Dashboard("main", "Main", (), about="x", rows=ROW), "`widgets`: is empty"),
        (lambda: ErrorDashboard("main", "Main", (), rows=ROW), "`views`: is empty"),
        (lambda: StatusPage("s", "S", components=(), rows=ROW), "`components`: is empty"),
        (
            lambda: StatusPage("s", "S", components=("A", "A"), rows=ROW),
            "`components`: 'A' is listed more than once",
        ),
        (lambda: replace(TINY.alerts[0], runbook="Look at {{this}}"), "has braces that vendors take for a template"),
        (lambda: replace(TINY, maintenance=(NIGHT, NIGHT)), "`name`: 'night' is used 2 times"),
        (lambda: Number("Sales", SALES, about="x", last=()), "`last`: is empty"),
        (lambda: Number("Sales", SALES, about="", last=(hours(1),)), "`about`: '' says nothing"),
        (
            lambda: Top("T", Count(PAID, by=("method",)), about="x", last=hours(1), count=0),
            "`count`: 0 isn't a valid number of lines",
        ),
    ],
)
def test_it_is_refused(build, text):
    assert any(text in each for each in refused(build)), refused(build)


def test_what_can_happen_is_not_refused():
    """A level may be more than a whole, all of something may be too little, and one may be too many."""
    assert USED.above(percent(150)).critical == percent(150)
    assert SHARE.below(percent(100)).critical == percent(100)
    assert SALES.above(times(0)).critical == times(0)
    assert Check("up", "api", "/", every=minutes(1), rows=ROW, body=r"(?i)^\s*\{\s*\"status\"")
