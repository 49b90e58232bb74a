"""A dial is red beyond the alert, yellow up to the target, green where it should be."""

import json

import pytest

from components.grafana.dashboards import dashboard_json
from components.vocabulary import Count, Dashboard, Dial, Ratio, hours, minutes, percent, times
from tests.tiny import PAID, ROW, TRIED, WAKES, alert, scope

SHARE = Ratio(PAID, of=TRIED)
WATCHED = Ratio(PAID, of=TRIED).over(minutes(30))


@pytest.mark.parametrize(
    ("alerts", "target", "steps"),
    [
        ((alert("few", WATCHED.below(percent(90)), WAKES),), 95, [(None, "red"), (0.9, "yellow"), (0.95, "green")]),
        ((alert("many", WATCHED.above(percent(5)), WAKES),), 1, [(None, "green"), (0.01, "yellow"), (0.05, "red")]),
        # Two alerts on the lower side: the worse one's colour lies below the other's.
        (
            (alert("few", WATCHED.below(percent(80)), WAKES), alert("fewer", WATCHED.below(percent(90)))),
            95,
            [(None, "red"), (0.8, "yellow"), (0.9, "yellow"), (0.95, "green")],
        ),
        (
            (alert("fewer", WATCHED.below(percent(90))), alert("few", WATCHED.below(percent(80)), WAKES)),
            90,
            [(None, "red"), (0.8, "yellow"), (0.9, "green")],
        ),
        ((), 95, [(None, "yellow"), (0.95, "green")]),
    ],
)
def test_a_dial_shows_alert_and_target(alerts, target, steps):
    dial = Dial("Share", SHARE, last=hours(1), target=percent(target), about="x")
    page = Dashboard("main", "Main", (dial,), about="x", rows=ROW)
    made = json.loads(dashboard_json(scope(alerts=alerts), page))
    found = made["panels"][0]["fieldConfig"]["defaults"]["thresholds"]["steps"]
    assert [(step["value"], step["color"]) for step in found] == steps


@pytest.mark.parametrize(
    ("signal", "limit", "most"),
    [(SHARE, percent(90), 1), (Count(PAID), times(20), 40), (Count(PAID), None, None)],
)
def test_a_dial_ends_at_the_whole_or_at_twice_its_limit(signal, limit, most):
    alerts = (alert("many", signal.over(hours(1)).above(limit), WAKES),) if limit else ()
    page = Dashboard("main", "Main", (Dial("Share", signal, last=hours(1), about="x"),), about="x", rows=ROW)
    (panel,) = json.loads(dashboard_json(scope(alerts=alerts), page))["panels"]
    assert panel["fieldConfig"]["defaults"].get("max") == most
