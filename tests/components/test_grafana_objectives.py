"""Objectives on a product's own metrics, at Grafana."""

import json

import pytest

from components.grafana.budgets import bad_share
from components.grafana.queries import query
from components.vocabulary import (
    Absence,
    BudgetBurns,
    Level,
    Objective,
    Ratio,
    Unit,
    hours,
    infrastructure,
    minutes,
    percent,
    times,
)
from tests.components.conftest import declare
from tests.tiny import FRONT, HEALTH, PAID, ROW, STAGING, TRIED, UP, alert, scope

DISK = infrastructure("disk_in_use", Unit.RATIO, "Used part of a disk")
LABELS = '{job="tiny-api",deployment_environment="production"}'
SOLD = Objective("sold", percent(95), good=Ratio(PAID, of=TRIED), summary="Payments are made", rows=ROW)


@pytest.fixture(scope="module")
def made():
    """A product that keeps its metrics at Grafana, with an objective of good events and its burn rate."""
    burning = alert("sold-burns", BudgetBurns(SOLD, spending=percent(5), within=hours(6), at_least=times(20)))
    only = dict.fromkeys(("dashboards", "log_metrics"), ())
    nothing = dict.fromkeys(("errors", "log_index", "status_page", "post_mortem"))
    return declare(scope(telemetry="grafana", objectives=(SOLD,), alerts=(burning,), **only, **nothing))


def test_good_of_all_events_is_a_ratio_of_two_counters(made):
    (query,) = made.one("SLO", "objective-sold")["queries"]
    ratio = {"successMetric": f"payment_paid_total{LABELS}", "totalMetric": f"payment_tried_total{LABELS}"}
    assert query == {"type": "ratio", "ratio": ratio}


def test_its_burn_rate_is_what_is_left_to_all_with_a_traffic_gate_on_the_long_window(made):
    (rule,) = made.one("RuleGroup", "rule-sold-burns")["rules"]
    text = json.loads(rule["datas"][0]["model"])["expr"]

    def burnt(window, gate):
        paid, tried = (f"sum(increase(payment_{name}_total{LABELS}[{window}]))" for name in ("paid", "tried"))
        return f"(1 - ({paid} or {tried} * 0) / ({tried} {gate})) / 0.05"

    long, short = burnt("6h", "> 0"), burnt("30m", "> 0")
    fires = f"{burnt('6h', '>= 20')} > 6 and {short} > 6"
    assert text == f"last_over_time(({fires} or {short} <= 6 or {long} <= 6)[6h:1m])"


@pytest.mark.parametrize(
    ("kept", "missed"),
    [
        (Level(DISK).over(minutes(5)).below(percent(80)), ">= bool 0.8"),
        (Level(DISK).over(minutes(5)).above(percent(5)), "<= bool 0.05"),
    ],
)
def test_a_threshold_is_kept_for_part_of_the_time_which_is_looked_at_every_minute(kept, missed):
    roomy = Objective("roomy", percent(99), good=kept, summary="There is room", rows=ROW)
    level = 'avg(avg_over_time(disk_in_use{product="tiny",env="production"}[5m]))'
    assert bad_share(scope(), roomy, "6h") == f"avg_over_time(({level} {missed})[6h:1m])"


def test_a_few_failed_probes_burn_nothing():
    """Of 36 probes in an hour one is 28 times what 99.9 % allows, and no outage."""
    burns = BudgetBurns(UP, spending=percent(2), within=hours(1), at_least=times(3))
    text = query(scope(), burns).verdict
    good, total = (
        f'sum(increase(probe_all_success_{part}{{job="tiny-health-production"}}[1h]))' for part in ("sum", "count")
    )
    assert f"(({total} - {good} >= 2.5) / ({total} > 0)) / 0.001 > 14.4 and" in text
    assert ">=" not in text.partition(" and ")[2]
    assert "with at least 3 failed probes, or half of all if that is fewer" in burns.describe()
    # There: one probe every half hour. One that fails is never enough.
    assert " >= 1.5) / " in query(scope(STAGING), burns).verdict


def test_each_of_several_checks_is_missed():
    text = query(scope(), Absence((HEALTH, FRONT), over=minutes(30))).verdict
    jobs = [f'absent_over_time(probe_success{{job="tiny-{name}-production"}}[30m])' for name in ("health", "front")]
    assert text == f"sum({' or '.join(jobs)}) or vector(0)"
    assert (
        Absence((HEALTH, FRONT), over=minutes(30)).describe().startswith("no data from health or front for 30 minutes")
    )
