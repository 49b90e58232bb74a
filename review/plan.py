"""Prints every declared resource of a stack as one JSON array: `python -m review.plan --stack prod`."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Sequence

import pulumi

from components.catalogue import scopes
from components.problems import InvalidDeclarationError, nearest, report
from components.scope import Scope
from review.recorder import ROOT, Declared, Recording, record


def recorded(stack: str, *, named: bool = False) -> Recording:
    """Record a stack; what is wrong with it ends the process with one readable text and exit code 1."""
    try:
        return record(stack, named=named)
    except InvalidDeclarationError as error:
        sys.exit(report(error.problems))
    except pulumi.RunError as error:
        sys.exit(str(error))


def left_out(stack: str, declared: Iterable[Scope]) -> list[str]:
    """A line for each alert that the stack doesn't declare, with the reason."""
    return [
        f"left out in {stack}: {scope.product.name} {name} {reason}"
        for scope in declared
        for name, reason in scope.left_out.items()
    ]


def chosen(product: str, known: Iterable[str]) -> str:
    """The product to narrow to. Ends the process where there is none of that name."""
    names = sorted(known)
    if product and product not in names:
        sys.exit(f"error: there is no product {product!r} here. Write instead: {nearest(product, names)}")
    return product


def of_product(resources: Sequence[Declared], product: str) -> list[Declared]:
    """Those of one product: its component, and what is below it; all for ""."""
    within = {product}
    found = []
    for each in sorted(resources, key=lambda one: not one.type.startswith("monitoring:")):
        if not product or each.name in within or each.parent in within:
            within |= {each.name} if each.type.startswith("monitoring:") else set()
            found.append(each)
    return sorted(found, key=lambda one: (one.type, one.name))


def main() -> None:
    """Print the plan, sorted by type and name, and on standard error what is left out."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stack", default="staging", help="the stack whose Pulumi.<stack>.yaml is used")
    parser.add_argument("--product", default="", help="only what is declared for this one")
    arguments = parser.parse_args()
    stack = arguments.stack
    resources = recorded(stack).resources
    declared = scopes(stack, ROOT)
    product = chosen(arguments.product, (scope.product.name for scope in declared))
    resources = of_product(resources, product)
    print(json.dumps([resource._asdict() for resource in resources], indent=2, ensure_ascii=False))
    for line in left_out(stack, declared):
        if not product or line.split(": ", 1)[1].startswith(f"{product} "):
            print(line, file=sys.stderr)


if __name__ == "__main__":
    main()
