"""Prints every declared resource of a stack as one JSON array: `python -m review.plan --stack prod`."""

from __future__ import annotations

import argparse
import json
import sys

import pulumi

from components.catalogue import scopes
from components.problems import InvalidDeclarationError, report
from review.recorder import ROOT, Recording, record


def recorded(stack: str) -> Recording:
    """Record a stack; what is wrong with it ends the process with one readable text and exit code 1."""
    try:
        return record(stack)
    except InvalidDeclarationError as error:
        sys.exit(report(error.problems))
    except pulumi.RunError as error:
        sys.exit(str(error))


def left_out(stack: str) -> list[str]:
    """A line for each alert that the stack doesn't declare, with the reason."""
    return [
        f"left out in {stack}: {scope.product.name} {name} {reason}"
        for scope in scopes(stack, ROOT)
        for name, reason in scope.left_out.items()
    ]


def main() -> None:
    """Print the plan, sorted by type and name, and on standard error what is left out."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stack", default="staging", help="the stack whose Pulumi.<stack>.yaml is used")
    stack = parser.parse_args().stack
    resources = recorded(stack).resources
    print(json.dumps([resource._asdict() for resource in resources], indent=2, ensure_ascii=False))
    for line in left_out(stack):
        print(line, file=sys.stderr)


if __name__ == "__main__":
    main()
