"""Rules on severities."""

from __future__ import annotations

from collections.abc import Iterator

from components.rules.rule import Finding, of_product
from components.vocabulary.product import Product


@of_product("An alert with that severity, the `rows=` that ask for it, or no such severity.")
def severity_unused(product: Product) -> Iterator[Finding]:
    """An unused severity suggests that alerts go that way, and that its receivers are tested."""
    used = [alert.severity for alert in product.alerts]
    for severity in product.severities:
        if severity not in used and not severity.rows:
            why = "isn't used by any alert."
            yield Finding(severity, "severity", severity.name, why, f"no {severity.name}, or an alert with it")
