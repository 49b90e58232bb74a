"""Rules on traffic gates: how many events a share needs to mean anything."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from math import ceil

from components.problems import MISSING
from components.rules.model import burns, events, gate, share_of_events, thresholds, wakes
from components.rules.rule import Finding, of_product
from components.vocabulary.alerts import Alert
from components.vocabulary.at_sentry import FailedTransactions
from components.vocabulary.checks import Check
from components.vocabulary.conditions import BudgetBurns
from components.vocabulary.product import Product
from components.vocabulary.quantities import Amount, plain
from components.vocabulary.signals import Mean, Percentile, Ratio, Within
from components.vocabulary.thresholds import Threshold

ENOUGH_PROBES = Decimal(2)  # a single one that fails is one location's bad moment


@of_product("`at_least=` on the signal or the burn rate: enough traffic that one bad event isn't an outage.")
def page_without_gate(product: Product) -> Iterator[Finding]:
    """At three in the morning one failed request of two is 50 %, and nobody should get up for that."""
    for alert, ungated, instead in _ungated(product):
        if wakes(alert):
            why = f"is missing: {ungated} wakes somebody for a single bad event when traffic is low."
            yield Finding(alert, "at_least", MISSING, why, instead)


@of_product("`at_least=` on the ratio or the burn rate.")
def share_without_gate(product: Product) -> Iterator[Finding]:
    """With a handful of events, one failure exceeds any limit, so the alert is noise."""
    for alert, ungated, instead in _ungated(product):
        within = isinstance(alert.when, Threshold) and isinstance(alert.when.signal, Within)
        if not wakes(alert) and (within or isinstance(alert.when, BudgetBurns) or share_of_events(alert.when)):
            why = f"is missing: {ungated} alerts on a single bad event when traffic is low."
            yield Finding(alert, "at_least", MISSING, why, instead)


def _ungated(product: Product) -> Iterator[tuple[Alert, str, str]]:
    """The alerts on shares, percentiles and means of events or on budgets of them without a gate; what to write."""
    written = "at_least=times(20)"
    for alert, when in thresholds(product):
        if gate(when.signal) is None:
            said = f"{when.signal.describe()} {when.sense} {when.critical}"
            if share_of_events(when) or isinstance(when.signal, Percentile | Mean):
                yield alert, said, written
            elif isinstance(when.signal, Within | FailedTransactions):
                yield alert, said, f"a Ratio of counters with {written}, as this signal has no gate"
    for alert, burn in burns(product):
        if (events(burn.objective) or isinstance(burn.objective.good, Check)) and gate(burn) is None:
            yield alert, f"a burn rate of {plain(burn.burn_rate)}", written


@of_product("A gate of at least 1 / limit events: 20 for 5 %, 100 for 1 %.")
def page_for_one_event(product: Product) -> Iterator[Finding]:
    """A traffic gate that a single bad event can pass isn't a gate: a coincidence may wake somebody."""
    for alert, when in thresholds(product):
        least = gate(when.signal)
        if not wakes(alert) or not isinstance(least, Amount) or not isinstance(when.signal, Ratio):
            continue
        limit = when.critical.to("ratio")
        alone = least.number * limit < 1 if when.sense == "above" else least.number * (1 - limit) < 1
        if alone:
            needed = _above(limit if when.sense == "above" else 1 - limit)
            why = f"is so low that a single event of {least} is {when.sense} {when.critical}, which wakes somebody."
            yield Finding(alert, "at_least", str(least), why, f"at_least=times({plain(needed)}) or more")
    for alert, burn in burns(product):
        least, objective = gate(burn), burn.objective
        if not wakes(alert) or not isinstance(least, Amount):
            continue
        share = burn.burn_rate * (1 - objective.target.to("ratio"))
        needed = ENOUGH_PROBES if isinstance(objective.good, Check) else _above(share)
        if least.number < needed:
            what = "probe" if isinstance(objective.good, Check) else f"event of {least}"
            why = f"is so low that one failed {what} burns the budget {plain(burn.burn_rate)} times too fast: it pages."
            yield Finding(alert, "at_least", str(least), why, f"at_least=times({plain(needed)}) or more")


def _above(share: Decimal) -> Decimal:
    """The least number of events of which one is no more than that share."""
    return Decimal(ceil(1 / share))
