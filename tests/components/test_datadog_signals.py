"""Signals that the dashboard of the tiny product doesn't draw."""

import json

import pytest

from components.datadog.conditions import gate, query
from components.datadog.dashboards import definitions
from components.vocabulary import (
    Count,
    Dashboard,
    Difference,
    Lines,
    Mean,
    Number,
    Percentile,
    Rate,
    Ratio,
    Total,
    Unit,
    hours,
    infrastructure,
    minutes,
    money,
    per_second,
    percent,
    times,
)
from tests.components.conftest import declare
from tests.components.test_datadog_dashboards import formulas, queries
from tests.tiny import AMOUNT, API, PAID, ROW, VENDORS, alert, scope


def drawn(*lines):
    """The queries and formulas of lines on a dashboard of their own."""
    page = Dashboard("main", "x", (Lines("x", lines, about="x", bars=True),), about="x", rows=ROW)
    made = declare(scope(dashboards=(page,), alerts=(), maintenance=()))
    (one,) = json.loads(made.one("DashboardJson", "dashboard-main")["dashboard"])["widgets"]
    return queries(one["definition"]), formulas(one["definition"])


def test_a_difference_takes_away_what_there_was_and_nothing_where_there_was_none():
    texts, made = drawn(Difference(Rate(API.requests), Rate(API.errors)))
    hits, errors = (
        f"sum:trace.express.request.{kind}{{env:production,service:tiny-api}}" for kind in ("hits", "errors")
    )
    assert texts == [f"{hits}.as_rate()", f"{errors}.as_rate()"]
    assert made == ["q0aa - default_zero(q0ba)"]


def test_a_share_of_rates_is_gated_by_their_rate():
    hits, misses = (infrastructure(f"redis.{name}", Unit.PER_SECOND, name) for name in ("hits", "misses"))
    when = Ratio(hits, of=(hits, misses)).over(minutes(15), at_least=per_second(1)).below(percent(60))
    made = declare(scope(alerts=(alert("cold", when),), dashboards=(), objectives=()))
    narrowed = "{env:production,product:tiny}"
    whole = f"(sum:redis.hits{narrowed} + sum:redis.misses{narrowed})"
    assert made.one("Monitor", "cold-ratio")["query"] == f"avg(last_15m):sum:redis.hits{narrowed} / {whole} < 0.6"
    assert made.one("Monitor", "cold-traffic")["query"] == f"min(last_15m):{whole} >= 1"
    assert made.one("Monitor", "cold")["type"] == "composite"


def test_a_rate_that_alerts_counts_the_whole_window_as_points_without_an_event_are_left_out_of_an_average():
    for when, missing in (
        (Rate(PAID).over(minutes(15)).above(per_second(2)), "resolve"),
        (Rate(PAID).over(minutes(15)).below(per_second(2)), "default"),
    ):
        made = declare(scope(alerts=(alert("busy", when),), dashboards=(), objectives=())).one("Monitor", "busy")
        sign = "<" if missing == "default" else ">"
        counted = "sum:payment.paid{env:production,service:tiny-api}.as_count()"
        assert made["query"] == f"sum(last_15m):{counted} / 900 {sign} 2"
        assert made["onMissingData"] == missing


def test_an_amount_in_a_time_of_its_own_is_drawn_as_so_many_in_it():
    texts, _ = drawn(Count(PAID).over(minutes(30)))
    assert texts == ["sum:payment.paid{env:production,service:tiny-api}.as_count().rollup(sum, 1800)"]


HITS, MISSES = (infrastructure(f"redis.{name}", Unit.PER_SECOND, name, ("host",)) for name in ("hits", "misses"))


@pytest.mark.parametrize(
    ("when", "groups"),
    [
        (
            Ratio(VENDORS.errors, of=VENDORS.requests, by=("service",))
            .over(minutes(5), at_least=times(20))
            .above(percent(5)),
            "by {service}",
        ),
        (
            Ratio(HITS, of=(HITS, MISSES), by=("host",)).over(minutes(5), at_least=per_second(1)).below(percent(60)),
            "by {host}",
        ),
        (Mean(AMOUNT, by=("currency",)).over(minutes(5), at_least=times(20)).above(money(9)), "by {currency}"),
        (
            Percentile(95, AMOUNT, by=("currency",)).over(minutes(5), at_least=times(20)).above(money(9)),
            "by {currency}",
        ),
    ],
    ids=["ratio of events", "ratio of rates", "mean", "percentile"],
)
def test_traffic_is_counted_for_each_group_that_is_watched(when, groups):
    """Else the traffic of all opens the gate of a group that has hardly any, and the two parts share no group."""
    for made in (query(scope(), when), gate(scope(), when, None)):
        series = made.text.count("{env:")
        assert (series > 0, made.text.count(f"}} {groups}")) == (True, series), made.text


@pytest.mark.parametrize(
    ("signal", "formula", "aggregators"),
    [
        (Rate(API.requests), "q0a", ["avg"]),
        (Difference(Rate(API.requests), Rate(API.errors)), "q0aa - default_zero(q0ba)", ["avg", "avg"]),
        (Mean(AMOUNT), "q0a / q0b", ["sum", "sum"]),  # the sum of all values through how many there were
        (Count(PAID), "q0a", ["sum"]),
        (Total(AMOUNT), "q0a", ["sum"]),
    ],
)
def test_a_number_adds_up_amounts_and_never_rates_or_means(signal, formula, aggregators):
    """Added up, 10 requests a second would be 36 000 in an hour, and a mean would grow with the period."""
    (shown,) = definitions(scope(), Number("x", signal, about="x", last=hours(1)))
    (request,) = shown["requests"]
    assert [each["formula"] for each in request["formulas"]] == [formula]
    assert [each["aggregator"] for each in request["queries"]] == aggregators
