"""Objectives on a product's own metrics, at Grafana."""

import json

import pytest

from components.grafana.queries import bad_share
from components.vocabulary import BudgetBurns, Level, Objective, Ratio, hours, minutes, percent, times
from tests.components.conftest import declare
from tests.tiny import DISK, PAID, ROW, TRIED, alert, scope

LABELS = '{job="tiny-api",deployment_environment="production"}'
SOLD = Objective("sold", percent(95), good=Ratio(PAID, of=TRIED), summary="Payments are made", rows=ROW)


@pytest.fixture(scope="module")
def made():
    """A product that keeps its metrics at Grafana, with an objective of good events and its burn rate."""
    burning = alert("sold-burns", BudgetBurns(SOLD, spending=percent(5), within=hours(6), at_least=times(20)))
    only = dict.fromkeys(("dashboards", "log_metrics", "services", "checks"), ())
    nothing = dict.fromkeys(("errors", "log_index", "status_page", "post_mortem"))
    return declare(scope(telemetry="grafana", objectives=(SOLD,), alerts=(burning,), **only, **nothing))


def test_good_of_all_events_is_a_ratio_of_two_counters(made):
    (query,) = made.one("SLO", "objective-sold")["queries"]
    ratio = {"successMetric": f"payment_paid_total{LABELS}", "totalMetric": f"payment_tried_total{LABELS}"}
    assert query == {"type": "ratio", "ratio": ratio}


def test_its_burn_rate_is_what_is_left_to_all_with_a_traffic_gate_on_the_long_window(made):
    (rule,) = made.one("RuleGroup", "rules-telemetry")["rules"]
    long, short = (json.loads(rule["datas"][number]["model"])["expr"] for number in (0, 1))
    for text, window, gated in ((long, "6h", True), (short, "30m", False)):
        paid, tried = (f"sum(increase(payment_{name}_total{LABELS}[{window}]))" for name in ("paid", "tried"))
        whole = f"({tried} >= 20)" if gated else tried
        assert text == f"(1 - ({paid} or {tried} * 0) / {whole}) / 0.05"


@pytest.mark.parametrize(
    ("kept", "missed"),
    [
        (Level(DISK, over=minutes(5)).below(percent(80)), ">= bool 0.8"),
        (Level(DISK, over=minutes(5)).above(percent(5)), "<= bool 0.05"),
    ],
)
def test_a_threshold_is_kept_for_part_of_the_time_which_is_looked_at_every_minute(kept, missed):
    roomy = Objective("roomy", percent(99), good=kept, summary="There is room", rows=ROW)
    level = 'avg(avg_over_time(system.disk.in_use{product="tiny",env="production"}[5m]))'
    assert bad_share(scope(), roomy, "6h") == f"avg_over_time(({level} {missed})[6h:1m])"
