"""Shapes of alerts that a newcomer's products had and the five products don't: each does what its file says."""

import pytest

from tests.proof.test_every_word import only

PRODUCT = """
from components.vocabulary import *

CHANNEL, LEAD = Slack("#shop"), Email("lead@shop.example")
SOON = Severity(
    "Soon", "Soon", urgency=2, answer_within=hours(1), tell=CHANNEL, escalate_after=minutes({after}), escalate_to=LEAD
)
LATER = Severity("Later", "Later", urgency=3, answer_within=days(1), tell=CHANNEL)
HEALTH = Check(
    "health", "api", "/health", every=hours(1), if_silent=Silence(LATER, after=hours(6)), if_certificate_ends=LATER
)
TRIED = counter("payments.tried", "Tried", ("provider",))
FAILED = counter("payments.failed", "Failed", ("provider",))
UP = gauge("db.up", Unit.COUNT, "1 while the database answers", most=times(1))
SHARE, BY_PROVIDER = Ratio(FAILED, of=TRIED), Ratio(FAILED, of=TRIED, by=("provider",))
DATABASE = Level(UP, taking="maximum")
WAITING = gauge("queue.length", Unit.COUNT, "Waiting", ("queue",))
PER = Unit.PER_SECOND
RATE = PromQL("Rate", "sum(rate(payments_tried_total{{$scope}}[$over]))", of=TRIED, measured_in=PER)
LEVEL = PromQL(
    "Longest", "max by (queue) (max_over_time(queue_length{{$scope}}[$over]))",
    of=WAITING, by=("queue",), measured_in=Unit.COUNT,
)
COUNT = PromQL(
    "Tries", "sum by (provider) (increase(payments_tried_total{{$scope}}[$over]))",
    of=TRIED, by=("provider",), measured_in=Unit.COUNT,
)
STRANGE = PromQL("Twice", "2 * max(max_over_time(queue_length{{$scope}}[$over]))", of=WAITING, measured_in=Unit.COUNT)

DRAWN = (SHARE, BY_PROVIDER, DATABASE, Count(FAILED, by=("provider",)), RATE, LEVEL, COUNT, STRANGE)


def told(name, when, severity=SOON, summary="{{threshold}}", **other):
    return Alert(name, severity, when=when, summary=summary, runbook="Look.", **other)


ALERTS = (
    told("rarely-probed", CheckFails(HEALTH, rounds=2), summary="It fails"),
    told("database", DATABASE.over(minutes(2)).below(times(1))),
    told(
        "failing",
        SHARE.over(minutes(5), at_least=times(50)).above(percent(5), clear=percent(3)),
        depends_on="database",
    ),
    told(
        "failing-by-provider",
        BY_PROVIDER.over(minutes(15), at_least=times(20)).above(percent(10)),
        summary="{{threshold}} of {{provider}}",
    ),
    told(
        "many-by-provider",
        Count(FAILED, by=("provider",)).over(minutes(30)).above(times(50)),
        LATER,
        "{{threshold}} of {{provider}}",
    ),
    told("stated-rate", RATE.over(minutes(5)).above(per_second(5))),
    told("stated-level", LEVEL.over(minutes(5)).above(times(50), lasting=minutes(5)), LATER, "{{threshold}} {{queue}}"),
    told("stated-count", COUNT.over(minutes(30)).above(times(50)), LATER, "{{threshold}} of {{provider}}"),
    told("strange", STRANGE.over(minutes(5)).above(times(50))),
    told("silent", Absence((TRIED, UP), over=hours(1)), LATER, summary="None in {{window}}"),
)
MAIN = Dashboard(
    "main",
    "Main",
    about="x",
    widgets=(Firing("Now", about="x"), *(Lines(f"Line {{n}}", each, about="x") for n, each in enumerate(DRAWN))),
)
PRODUCT = Product(
    "shop",
    "Shop",
    "shop-team",
    service="shop",
    telemetry="grafana",
    workspace="shop",
    urls={{
        "production": {{"api": "https://api.shop.example"}}, "staging": {{"api": "https://api.staging.shop.example"}}
    }},
    **named_in(globals()),
)
"""


@pytest.mark.parametrize("after", [22, 30])
def test_rare_checks_late_tellings_and_groups_that_are_lost_do_what_the_product_file_says(copy, program, after):
    only(copy, PRODUCT.format(after=after))
    played = copy.run("proof")
    assert played.returncode == 0, played.stdout[-3000:] + played.stderr[-3000:]
    lines = played.stdout.splitlines()
    assert lines[0].startswith("11 alerts in 2 environments, ")
    assert "  2 alerts not played, as the product files state their queries" in lines
    assert [each for each in lines if each.startswith("not played: ")] == [
        "not played: shop, strange (prod)",
        "not played: shop, strange (staging)",
    ]


AT_DATADOG = """
from components.vocabulary import *

LATER = Severity("Later", "Later", urgency=3, answer_within=days(1), tell=Slack("#shop"))
TRIED = counter("payments.tried", "Tried", ("provider",))
WAITING = gauge("queue.length", Unit.COUNT, "Waiting", ("queue",))


def stated(query, of, **other):
    return DatadogQuery(query, query, of=of, **{"measured_in": Unit.COUNT} | other)


RATE = stated("sum:payments.tried{$scope}.as_rate()", TRIED, measured_in=Unit.PER_SECOND)
COUNT = stated("sum:payments.tried{$scope}.as_count()", TRIED, taking="sum")
LEVEL = stated("max:queue.length{$scope} by {queue}", WAITING, taking="maximum", by=("queue",))
STRANGE = stated("2 * avg:queue.length{$scope}", WAITING)


def told(name, when, summary="{threshold}"):
    return Alert(name, LATER, when=when, summary=summary, runbook="Look.")


ALERTS = (
    told("stated-rate", RATE.over(minutes(5)).above(per_second(5))),
    told("stated-count", COUNT.over(minutes(30)).above(times(50))),
    told("stated-level", LEVEL.over(minutes(5)).above(times(50)), "{threshold} in {queue}"),
    told("strange", STRANGE.over(minutes(5)).above(times(50))),
    told("silent", Absence(TRIED, over=hours(1)), "None in {window}"),
)
DRAWN = (RATE, COUNT, LEVEL, STRANGE)
MAIN = Dashboard(
    "main",
    "Main",
    about="x",
    widgets=(Firing("Now", about="x"), *(Lines(f"Line {n}", each, about="x") for n, each in enumerate(DRAWN))),
)
PRODUCT = Product(
    "shop",
    "Shop",
    "shop-team",
    service="shop",
    telemetry="datadog",
    workspace="shop",
    urls={"production": {}, "staging": {}},
    **named_in(globals()),
)
"""


def test_a_query_that_datadog_is_asked_is_played_where_words_mean_the_same(copy, program):
    only(copy, AT_DATADOG)
    played = copy.run("proof")
    assert played.returncode == 0, played.stdout[-3000:] + played.stderr[-3000:]
    lines = played.stdout.splitlines()
    assert lines[0].startswith("3 alerts in 2 environments, ")
    assert "  4 alerts not played, as the product files state their queries" in lines


def test_a_case_of_an_alert_that_is_not_played_is_refused(copy, program):
    only(copy, AT_DATADOG)
    copy.write("stacks/shop.cases", "case strange: it is high\n  from minute 20: 60\n  silent\n  until minute 80\n")
    played = copy.run("proof")
    assert played.returncode == 1
    assert "'strange' is never played: nobody but the author of its query knows what that finds." in played.stdout
