"""Prints every row of the products' documents with what answers it: `python -m review.trace`.

Exit code 1 when a row is answered by nothing, or something answers a row that doesn't exist.
"""

from __future__ import annotations

import argparse
import sys
from collections import defaultdict
from collections.abc import Mapping, Sequence

from components.catalogue import STACKS, load_products, scopes
from components.needs import Need, read_needs
from components.stackfile import stacks
from review.plan import chosen, recorded
from review.recorder import ROOT
from review.requirements import rows

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
    lacking = "nothing answers it; write it into rows= of what does, or a need in stacks/….md"
    unanswered = [f"{row}: {lacking}" for row in known if row not in found]
    unknown = [f"{row}: is answered, but stands in no table of docs/requirements/" for row in found if row not in known]
    return unanswered + unknown


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
    found, known, absent = answers(recorded(STACK).answered), rows(ROOT), left_out_by_row()
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
    missing = gaps(found, known)
    print(f"\n{len(known)} rows, {len(missing)} without an answer or unknown")
    if missing:
        sys.exit("\n".join(missing))


if __name__ == "__main__":
    main()
