"""Rules on alerts that aren't told beside their cause."""

from __future__ import annotations

from collections.abc import Iterator

from components.causes import noticed
from components.rules.model import thing
from components.rules.rule import Finding, of_product
from components.vocabulary.alerts import Alert
from components.vocabulary.conditions import checks_of
from components.vocabulary.product import Product
from components.vocabulary.quantities import Duration, seconds


@of_product("A cause that is noticed within the alert's own window; or no `depends_on=`.")
def cause_slower(product: Product) -> Iterator[Finding]:
    """An alert that waits for a slower cause is told later than its document says, or has been told before it."""
    known = {alert.name: alert for alert in product.alerts}
    for alert in product.alerts:
        for cause in (known[name] for name in alert.causes if name in known):
            needs, has = noticed(cause.when), noticed(alert.when)
            if needs > has:
                why = f"may take {_length(needs)} until it fires, and this alert {_length(has)}: "
                why += "it would have been told by then, or be told that much later."
                yield Finding(alert, "depends_on", cause.name, why, "a cause that fires first, or no depends_on=")


@of_product("A cause that is seen by something else: its own check, its own metric.")
def cause_is_the_same(product: Product) -> Iterator[Finding]:
    """An alert that watches what its cause does can't fire without it, and so is never told."""
    known = {alert.name: alert for alert in product.alerts}
    for alert in product.alerts:
        for cause in (known[name] for name in alert.causes if name in known):
            shared = _watched(alert) & _watched(cause)
            if shared or thing(alert.when) == thing(cause.when):
                names = ", ".join(sorted(shared)) or cause.when.describe()
                why = f"watches {names} as this alert does: what this alert sees, its cause sees too."
                yield Finding(alert, "depends_on", cause.name, why, "a cause on something else, or no depends_on=")


def _watched(alert: Alert) -> set[str]:
    """The names of the metrics and checks that it is evaluated on."""
    return {each.spoken for each in alert.when.metrics()} | {each.name for each in checks_of(alert.when)}


def _length(length: int) -> Duration:
    return seconds(length) if length % 60 else seconds(length).natural()
