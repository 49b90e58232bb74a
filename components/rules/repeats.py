"""Rules on duplicate alerts."""

from __future__ import annotations

from collections.abc import Iterator

from components.rules.model import thing
from components.rules.rule import Finding, of_product
from components.vocabulary.alerts import Alert
from components.vocabulary.product import Product


@of_product("One of the two, or a severity that tells them apart.")
def same_alert_twice(product: Product) -> Iterator[Finding]:
    """Two alerts of one severity on the same thing notify the same people of the same problem twice."""
    seen: list[tuple[str, object, Alert]] = []  # a list, as what filters log events can't be hashed
    for alert in product.alerts:
        what, severity = thing(alert.when), alert.severity.name
        other = next((each for name, same, each in seen if name == severity and same == what), None)
        if other:
            why = f"watches the same thing as {other.name}, in the same direction and with the same severity."
            yield Finding(alert, "when", alert.when.describe(), why, f"another severity, or no {other.name}")
        seen.append((severity, what, alert))
