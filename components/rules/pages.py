"""Rules on pages."""

from __future__ import annotations

from collections.abc import Iterator

from components.rules.model import thresholds, wakes
from components.rules.rule import Finding, of_product
from components.vocabulary.conditions import Anomaly
from components.vocabulary.error_tracking import Issues
from components.vocabulary.product import Product


@of_product("A severity that wakes nobody; for what must page at night, a threshold or a burn rate.")
def page_on_a_guess(product: Product) -> Iterator[Finding]:
    """Unusual values are often harmless, such as a sale, a holiday or a deploy, and can wait until the morning."""
    for alert in product.alerts:
        if isinstance(alert.when, Anomaly) and wakes(alert):
            why = "wakes somebody for something merely unusual."
            yield Finding(alert, "severity", alert.severity.name, why, "a severity that wakes nobody")


@of_product("`where=` with what makes it urgent, `more_than=` with `within=`, or a severity that wakes nobody.")
def page_for_any_error(product: Product) -> Iterator[Finding]:
    """Every deploy brings new kinds of errors, and hardly any is worth getting up for."""
    for alert in product.alerts:
        when = alert.when
        if isinstance(when, Issues) and wakes(alert) and not when.filters and when.more_than is None:
            why = "wakes somebody for any error at all."
            yield Finding(alert, "when", when.describe(), why, 'where=(AtLeast("fatal"),), or a severity that can wait')


@of_product("A receiver that wakes nobody beside the pager, or no `warn=`.")
def warning_unheard(product: Product) -> Iterator[Finding]:
    """Pagers are notified of an alert and its recovery only, so without another receiver a warning goes nowhere."""
    for alert, when in thresholds(product):
        if when.warn is not None and all(receiver.wakes for receiver in alert.receivers):
            why = f"would reach nobody: {', '.join(map(str, alert.receivers))} is only notified of the alert."
            yield Finding(alert, "warn", str(when.warn), why, "a channel or an address in tell=, or no warn=")
