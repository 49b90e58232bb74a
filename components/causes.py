"""One cause, one page: how long a condition takes to be noticed, and to be over, and who evaluates the cause."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from components.problems import Problem
from components.scope import Scope
from components.vendors import VENDORS, evaluated_by
from components.vocabulary.alerts import Alert
from components.vocabulary.at_datadog import ServiceCheck
from components.vocabulary.checks import Check
from components.vocabulary.conditions import (
    Absence,
    Anomaly,
    BudgetBurns,
    CheckFails,
    evaluator_of,
    known_condition,
)
from components.vocabulary.quantities import Duration
from components.vocabulary.thresholds import Condition, Threshold

AGENT_RUNS_EVERY = 15  # seconds or so between two runs of an agent's check


def noticed(
    condition: Condition,
    every: Callable[[Check], Duration] = lambda check: check.every,
    rounds: Callable[[CheckFails], int] = lambda when: when.rounds,
) -> int:
    """How many seconds after its trouble began a condition holds at the latest; 0 for what is no trouble that lasts.

    `every`: how often a check runs. `rounds`: how many of them have to fail.
    """
    when = known_condition(condition)
    match when:
        case Threshold(signal=signal, lasting=lasting):
            return (signal.window.seconds if signal.window else 0) + (lasting.seconds if lasting else 0)
        case CheckFails(check=check):
            return every(check).seconds * rounds(when)
        case ServiceCheck(failures=failures):
            return AGENT_RUNS_EVERY * (failures + 1)
        case BudgetBurns(within=length) | Absence(over=length) | Anomaly(lasting=length):
            return length.seconds
        case _:
            return 0


def remains(condition: Condition, every: Callable[[Check], Duration] = lambda check: check.every) -> int:
    """How many seconds after its trouble has ended it may still hold: what happened is still in its window."""
    when = known_condition(condition)
    match when:
        case Threshold(signal=signal):
            return signal.window.seconds if signal.window else 0
        case BudgetBurns():
            return when.short.seconds
        case CheckFails(check=check):
            return every(check).seconds
        case _:
            return 0


def declared_causes(scope: Scope, alert: Alert) -> Iterator[Alert]:
    """The alerts that it names, whether or not this environment leaves them out."""
    yield from (each for each in scope.product.alerts if each.name in alert.causes)


def elsewhere(scope: Scope, alert: Alert) -> Iterator[Problem]:
    """A problem for each cause that another vendor evaluates: this one wouldn't know when it fires."""
    here = evaluated_by(scope.product, evaluator_of(alert.when))
    for cause in declared_causes(scope, alert):
        there = evaluated_by(scope.product, evaluator_of(cause.when))
        if there != here:
            why = f"is evaluated by {VENDORS[there].title}, and {VENDORS[here].title} can't know whether it fires."
            yield Problem("depends_on", cause.name, why, f"a cause that {VENDORS[here].title} evaluates")
