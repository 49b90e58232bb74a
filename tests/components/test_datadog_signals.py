"""Signals that the dashboard of the tiny product doesn't draw."""

import json

from components.vocabulary import (
    Count,
    Dashboard,
    Difference,
    Lines,
    Rate,
    Ratio,
    Unit,
    infrastructure,
    minutes,
    per_second,
    percent,
)
from tests.components.conftest import declare
from tests.components.test_datadog_dashboards import formulas, queries
from tests.tiny import API, PAID, ROW, alert, scope


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
    assert made.one("Monitor", "cold-traffic")["query"] == f"avg(last_15m):{whole} >= 1"
    assert made.one("Monitor", "cold")["type"] == "composite"


def test_an_amount_in_a_time_of_its_own_is_drawn_as_so_many_in_it():
    texts, _ = drawn(Count(PAID).over(minutes(30)))
    assert texts == ["sum:payment.paid{env:production,service:tiny-api}.as_count().rollup(sum, 1800)"]
