"""`make routes`: who is told of what, through which object, how fast, and what follows."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

import pulumi

from components.catalogue import scopes
from components.problems import InvalidDeclarationError, report
from components.stackfile import stacks
from delivery import table
from delivery.ends import read
from delivery.routes import Route, routes, together
from proof.unplayable import UnplayableError
from review.plan import chosen
from review.recorder import ROOT


def found(names: Sequence[str], product: str) -> list[Route]:
    """The routes of every alert of these stacks. Ends the process where a stack can't be read."""
    known = {name: scopes(name, ROOT) for name in names}
    made = []
    for name in names:
        try:
            stack = read(name, ROOT)
        except InvalidDeclarationError as error:
            sys.exit(report(error.problems))
        except (pulumi.RunError, UnplayableError) as error:
            sys.exit(f"error: the routes of {name} can't be read: {error}")
        made += routes(stack, [scope for scope in known[name] if product in ("", scope.product.name)])
    chosen(product, {scope.product.name for each in known.values() for scope in each})
    return made


def main(arguments: Sequence[str]) -> int:
    """Print the routes; 1 when one of them ends at nobody, or differs from what the words say."""
    parser = argparse.ArgumentParser(prog="python -m delivery", description=__doc__)
    parser.add_argument(
        "--stack", choices=stacks(ROOT), help="one of the project's Pulumi.<stack>.yaml; all if left out"
    )
    parser.add_argument("--product", default="", help="only this one")
    asked = parser.parse_args(arguments)
    made = found([asked.stack] if asked.stack else list(stacks(ROOT)), asked.product)
    shown = table.aligned if sys.stdout.isatty() else table.lines
    print("\n".join(shown(together(made))))
    wrong = list(table.problems(made))
    for line in wrong:
        print(f"error: {line}", file=sys.stderr)
    if not made:
        print("error: no alert is declared, so there is no route.", file=sys.stderr)
    return 1 if wrong or not made else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
