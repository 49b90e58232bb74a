"""What rules ask of the model, so that they don't depend on how it says it."""

from __future__ import annotations

from collections.abc import Iterator

from components.vendors import evaluated_by
from components.vocabulary.alerts import Alert
from components.vocabulary.checks import Check
from components.vocabulary.conditions import Absence, BudgetBurns, CheckFails, evaluator_of
from components.vocabulary.log_signals import LogCount
from components.vocabulary.metrics import Kind, Measured
from components.vocabulary.objectives import Objective
from components.vocabulary.product import Product
from components.vocabulary.quantities import Amount, Frequency, Quantity, Unit
from components.vocabulary.signals import Ratio, Within
from components.vocabulary.thresholds import Condition, Signal, Threshold

Limit = tuple[str, Quantity]  # the argument that holds it


def wakes(alert: Alert) -> bool:
    """Whether somebody is woken as soon as it fires."""
    return any(receiver.wakes for receiver in alert.receivers)


def gate(of: Signal | BudgetBurns) -> Amount | Frequency | None:
    """How much traffic there has to be."""
    found: Amount | Frequency | None = getattr(of, "at_least", None)
    return found


def thresholds(product: Product) -> Iterator[tuple[Alert, Threshold]]:
    """The alerts with a limit."""
    yield from ((alert, alert.when) for alert in product.alerts if isinstance(alert.when, Threshold))


def burns(product: Product) -> Iterator[tuple[Alert, BudgetBurns]]:
    """The alerts on an error budget."""
    yield from ((alert, alert.when) for alert in product.alerts if isinstance(alert.when, BudgetBurns))


def limits(when: Threshold) -> Iterator[Limit]:
    """Where it alerts and where it warns."""
    yield "critical", when.critical
    if when.warn is not None:
        yield "warn", when.warn


def events(objective: Objective) -> bool:
    """Whether its budget is one of single events, not of time or probes."""
    return objective.bad is not None or isinstance(objective.good, Ratio | Within)


def share_of_events(when: Condition) -> bool:
    """Whether it is a limit of a part of what is counted; time that a counter adds up never pauses."""
    part = when.signal.part if isinstance(when, Threshold) and isinstance(when.signal, Ratio) else None
    return part is not None and part.kind is Kind.COUNTER and part.unit is Unit.COUNT


def missed(product: Product) -> Iterator[Measured | Check]:
    """The metrics and checks of whose silence an alert tells."""
    for alert in product.alerts:
        if isinstance(alert.when, Absence):
            yield from alert.when.metrics()
            yield from alert.when.checks()


def failing(product: Product) -> set[Check]:
    """The checks of whose failure an alert tells."""
    return {alert.when.check for alert in product.alerts if isinstance(alert.when, CheckFails)}


def log_silence(product: Product) -> bool:
    """Whether an alert tells that log events no longer come."""
    return any(isinstance(when.signal, LogCount) and when.sense == "below" for _, when in thresholds(product))


def thing(when: Condition) -> object:
    """What two alerts have in common that tell of the same thing, whatever their limits."""
    match when:
        case Threshold(signal=signal, sense=sense):
            return signal.measure(), sense
        case BudgetBurns(objective=objective, within=within):  # several windows of one budget are made to go together
            return objective, within
        case CheckFails(check=check):
            return check
        case _:
            return when


def at_grafana(product: Product) -> tuple[Alert, ...]:
    """The alerts that Grafana evaluates."""
    return tuple(alert for alert in product.alerts if evaluated_by(product, evaluator_of(alert.when)) == "grafana")
