"""Prints every row of the products' documents with what answers it: `python -m review.trace`.

Exit code 1 when a row is answered by nothing, something answers a row that doesn't exist, or a page in
docs/requirements/ can't be read or says of production what isn't so.
"""

from __future__ import annotations

import argparse
import sys
from collections import defaultdict
from collections.abc import Mapping, Sequence

from components.catalogue import STACKS, load_products, scopes
from components.needs import Need, read_needs
from components.options import options
from components.stackfile import stacks
from components.vendors import VENDORS
from components.vocabulary.at_datadog import DatadogQuery
from components.vocabulary.at_grafana import LogQL, PromQL
from components.vocabulary.product import Product
from review.declared import mismatches
from review.plan import chosen, recorded
from review.recorder import ROOT
from review.requirements import read_rows

STACK = "prod"  # declares everything; what other stacks leave out is said below each row
SHOWN = 6


def answers(answered: Sequence[tuple[str, str, str]]) -> dict[str, list[str]]:
    """By row: the resources that answer it, then what is left to the application or to people."""
    found: dict[str, list[str]] = defaultdict(list)
    for ids, kind, name in answered:
        for row in dict.fromkeys(ids.split()):
            found[row].append(f"{kind} {name}")
    for product in load_products(STACKS)[0]:
        for need in read_needs(ROOT / product.page)[0]:
            for row in need.rows.split():
                found[row].append(_reason(need))
    return found


def left_out_by_row() -> dict[str, list[str]]:
    """By row: the alerts that answer it and that some stack leaves out, with the reason."""
    found: dict[str, list[str]] = defaultdict(list)
    for stack in stacks(ROOT):
        for scope in scopes(stack, ROOT):
            for alert in scope.product.alerts:
                if alert.name in scope.left_out:
                    line = f"not in {stack}: {alert.name} {scope.left_out[alert.name]}"
                    for row in alert.rows.split():
                        found[row].append(line)
    return found


def gaps(found: Mapping[str, object], known: Mapping[str, object]) -> list[str]:
    """Rows that nothing answers, and answers to rows that are not in any document."""
    lacking = "nothing covers it; add it to rows= of what does, or to a need in stacks/….md"
    unanswered = [f"{row}: {lacking}" for row in known if row not in found]
    unknown = [f"{row}: is answered, but no page of docs/requirements/ has it" for row in found if row not in known]
    return unanswered + unknown


def in_own_words(products: Sequence[Product]) -> list[str]:
    """A line for each query and each option that is in one vendor's language: words that the vocabulary lacks."""
    lines: dict[str, None] = {}
    for product in products:
        drawn = (signal for page in product.dashboards for widget in page.widgets for signal in widget.signals())
        for alert in product.alerts:
            for vendor in VENDORS:
                for name, value in options(alert, vendor).items():
                    lines[f"{product.name} {alert.name}: {vendor}={name}={value!r}"] = None
        for page in product.dashboards:
            for widget in page.widgets:
                for vendor in VENDORS:
                    for name, value in options(widget, vendor).items():
                        lines[f"{product.name} {page.name}, {widget.title}: {vendor}={name}={value!r}"] = None
        for signal in (*(each for alert in product.alerts for each in alert.when.signals()), *drawn):
            if isinstance(signal, DatadogQuery | PromQL | LogQL):
                lines[f"{product.name}: {signal.describe()}"] = None
    return list(lines)


def _reason(need: Need) -> str:
    return f"not configuration ({need.topic.lower()}): {need.what} {need.why}"


def of_product(name: str) -> tuple[str, ...]:
    """How the rows begin that a product answers; of all products for ""."""
    products = load_products(STACKS)[0]
    chosen(name, (product.name for product in products))
    asked = (each.rows for product in products if name in ("", product.name) for each in product.answers())
    return tuple(sorted({row[:4] for ids in asked for row in (ids or "").split()}))


def main() -> None:
    """Print the table; end with 1 when it has gaps."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--product", default="", help="only the rows that this one answers")
    product = parser.parse_args().product
    recording, (known, problems) = recorded(STACK), read_rows(ROOT)
    found, absent = answers(recording.answered), left_out_by_row()
    if product:
        begin = of_product(product)
        found = {row: lines for row, lines in found.items() if row.startswith(begin)}
        known = {row: asked for row, asked in known.items() if row.startswith(begin)}
    for row in known:
        print(f"{row}  {known[row].asked}")
        lines = found.get(row, [])
        for line in lines[:SHOWN]:
            print(f"        {line}")
        if len(lines) > SHOWN:
            print(f"        and {len(lines) - SHOWN} more")
        for line in absent[row]:
            print(f"        {line}")
    own = in_own_words(load_products(STACKS)[0])
    print(f"\n{len(own)} queries and options in a vendor's own language")
    for line in own:
        print(f"        {line}")
    missing = gaps(found, known)
    wrong = [str(each) for each in (*problems, *mismatches(known.values(), recording))]
    compared = sum(len(row.declared) for row in known.values())
    print(f"\n{len(known)} rows, {len(missing)} without an answer or unknown; {compared} values, {len(wrong)} wrong")
    if missing or wrong:
        sys.exit("\n".join([*missing, *wrong]))


if __name__ == "__main__":
    main()
