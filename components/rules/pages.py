"""Rules on what somebody is woken for."""

from __future__ import annotations

from collections.abc import Iterator

from components.rules.model import thresholds, wakes
from components.rules.rule import Finding, of_product
from components.vocabulary.conditions import Anomaly
from components.vocabulary.error_tracking import Issues
from components.vocabulary.product import Product


@of_product("A severity that wakes nobody; a threshold or a burn rate for what has to be told at night.")
def page_on_a_guess(product: Product) -> Iterator[Finding]:
    """What is unusual is often harmless, such as a sale, a holiday or a deploy, and can wait until somebody is up."""
    for alert in product.alerts:
        if isinstance(alert.when, Anomaly) and wakes(alert):
            why = "wakes somebody for what is only unusual."
            yield Finding(alert, "severity", alert.severity.name, why, "a severity that wakes nobody")


@of_product("`where=` with what makes it urgent, `more_than=` and `within=`, or a severity that wakes nobody.")
def page_for_any_error(product: Product) -> Iterator[Finding]:
    """Every deploy brings new kinds of errors, and hardly any of them is worth getting up for."""
    for alert in product.alerts:
        when = alert.when
        if isinstance(when, Issues) and wakes(alert) and not when.filters and when.more_than is None:
            why = "wakes somebody for any error there is."
            yield Finding(alert, "when", when.describe(), why, 'where=(AtLeast("fatal"),), or a severity that can wait')


@of_product("A receiver that wakes nobody beside the pager, or no `warn=`.")
def warning_unheard(product: Product) -> Iterator[Finding]:
    """Pagers are notified of an alert and its recovery only, so without another receiver a warning goes nowhere."""
    for alert, when in thresholds(product):
        if when.warn is not None and all(receiver.wakes for receiver in alert.receivers):
            why = f"would be told to nobody: {', '.join(map(str, alert.receivers))} is told of the alert only."
            yield Finding(alert, "warn", str(when.warn), why, "a channel or an address in tell=, or no warn=")
