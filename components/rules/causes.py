"""Rules on alerts that are held back in favour of their cause."""

from __future__ import annotations

from collections.abc import Iterator

from components.causes import noticed
from components.rules.model import thing
from components.rules.rule import Finding, of_product
from components.vocabulary.alerts import Alert
from components.vocabulary.conditions import checks_of
from components.vocabulary.product import Product
from components.vocabulary.quantities import Duration, seconds


@of_product("A cause that is detected within the alert's own window, or no `depends_on=`.")
def cause_slower(product: Product) -> Iterator[Finding]:
    """An alert that waits for a slower cause is sent later than its document says, or was already sent."""
    known = {alert.name: alert for alert in product.alerts}
    for alert in product.alerts:
        for cause in (known[name] for name in alert.causes if name in known):
            needs, has = noticed(cause.when), noticed(alert.when)
            if needs > has:
                why = f"may take {_length(needs)} to fire, and this alert {_length(has)}: "
                why += "it would already be sent by then, or be sent that much later."
                yield Finding(alert, "depends_on", cause.name, why, "a cause that fires first, or no depends_on=")


@of_product("A cause with a check or metric of its own.")
def cause_is_the_same(product: Product) -> Iterator[Finding]:
    """An alert that watches the same thing as its cause can't fire without it, so it is never sent."""
    known = {alert.name: alert for alert in product.alerts}
    for alert in product.alerts:
        for cause in (known[name] for name in alert.causes if name in known):
            shared = _watched(alert) & _watched(cause)
            if shared or thing(alert.when) == thing(cause.when):
                names = ", ".join(sorted(shared)) or cause.when.describe()
                why = f"also watches {names}: whenever this alert fires, so does its cause."
                yield Finding(alert, "depends_on", cause.name, why, "a cause on something else, or no depends_on=")


def _watched(alert: Alert) -> set[str]:
    """The names of the metrics and checks that it is evaluated on."""
    return {each.spoken for each in alert.when.metrics()} | {each.name for each in checks_of(alert.when)}


def _length(length: int) -> Duration:
    return seconds(length) if length % 60 else seconds(length).natural()
