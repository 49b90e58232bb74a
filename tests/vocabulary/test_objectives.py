import pytest

from components.vocabulary import (
    Check,
    Objective,
    Percentile,
    Ratio,
    Unit,
    counter,
    days,
    distribution,
    milliseconds,
    minutes,
    percent,
)
from tests.refusals import refused

PAID, TRIED = counter("paid", "x"), counter("tried", "x")
LATENCY = distribution("latency", Unit.SECONDS, "x")
BAD = Ratio(PAID, of=TRIED)
HEALTH = Check("health", "api", "/health", every=minutes(5), rows="TNY-01")


@pytest.mark.parametrize("target", [0, 100, 101])
def test_a_target_leaves_a_budget(target):
    assert refused(lambda: Objective("good", percent(target), bad=BAD, summary="x", rows="TNY-01")) == [
        f"objective 'good', `target`: '{target} %' leaves an error budget of 0 % or 100 %. -> percent(99.9)"
    ]


def test_a_target_has_a_unit():
    assert refused(lambda: Objective("good", 99.9, bad=BAD, summary="x", rows="TNY-01")) == [
        "objective 'good', `target`: 99.9 has no unit, so nobody can tell what it means. -> a share, such as percent(5)"
    ]


def test_an_objective_measures_exactly_one_thing():
    instead = "an objective measures one thing. -> one of bad= and good="
    assert refused(lambda: Objective("good", percent(99), summary="x", rows="TNY-01")) == [
        f"objective 'good', `bad`: is missing, and so is `good`: {instead}"
    ]
    assert refused(lambda: Objective("good", percent(99), bad=BAD, good=HEALTH, summary="x", rows="TNY-01")) == [
        f"objective 'good', `bad`: is given as well as `good`: {instead}"
    ]


def test_an_objective_knows_its_metrics_and_holds_over_30_days():
    slices = Percentile(95, LATENCY).over(minutes(5)).below(milliseconds(500))
    objectives = [
        Objective("a", percent(99), bad=BAD, summary="x", rows="TNY-01"),
        Objective("b", percent(99), good=slices, summary="x", rows="TNY-01"),
        Objective("c", percent(99), good=HEALTH, summary="x", rows="TNY-01"),
        Objective("d", percent(99), good=BAD, summary="x", rows="TNY-01"),
    ]
    assert [objective.metrics() for objective in objectives] == [(PAID, TRIED), (LATENCY,), (), (PAID, TRIED)]
    assert objectives[0].period == days(30)
