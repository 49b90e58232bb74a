"""Rules on how bad things are said to be."""

from __future__ import annotations

from collections.abc import Iterator

from components.rules.rule import Finding, of_product
from components.vocabulary.product import Product


@of_product("An alert of that severity, `rows=` of the document that asks for it, or no such severity.")
def severity_unused(product: Product) -> Iterator[Finding]:
    """Whoever reads a severity believes that something is told that way, and its receivers are taken for tested."""
    used = [alert.severity for alert in product.alerts]
    for severity in product.severities:
        if severity not in used and not severity.rows:
            why = "is the severity of no alert."
            yield Finding(severity, "severity", severity.name, why, f"no {severity.name}, or an alert that has it")
