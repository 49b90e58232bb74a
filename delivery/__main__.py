"""`make routes` and `make drill`: who is told through what, and whether a test of it arrives."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

import pulumi

from components.catalogue import scopes
from components.problems import InvalidDeclarationError, report
from components.scope import Scope
from components.stackfile import stacks
from delivery import table
from delivery.drill import BY_HAND, drill, line, refused
from delivery.ends import Stack, read
from delivery.routes import routes, together
from delivery.targets import Target, targets
from proof.unplayable import UnplayableError
from review.ending import INTERRUPTED, ended
from review.plan import chosen
from review.recorder import ROOT


def main(arguments: Sequence[str]) -> int:
    """Run a command; 1 when a route or a test is no good."""
    parser = argparse.ArgumentParser(prog="python -m delivery", description=__doc__)
    parser.add_argument("command", choices=("routes", "drill"))
    parser.add_argument("--stack", choices=stacks(ROOT), help="one of the project's Pulumi.<stack>.yaml")
    parser.add_argument("--product", default="", help="only this one")
    asked = parser.parse_args(arguments)
    if asked.command == "drill" and not asked.stack:
        parser.error("a drill needs its stack by name: make drill STACK=staging")
    names = [asked.stack] if asked.stack else list(stacks(ROOT))
    known = [_read(name) for name in names]
    chosen(asked.product, {scope.product.name for _, each in known for scope in each})
    found = [(stack, [scope for scope in each if asked.product in ("", scope.product.name)]) for stack, each in known]
    return print_routes(found) if asked.command == "routes" else send(*found[0])


def _read(stack: str) -> tuple[Stack, Sequence[Scope]]:
    """What a stack declares, and its products. Ends the process where it can't be read."""
    try:
        return read(stack, ROOT), [*scopes(stack, ROOT)]
    except InvalidDeclarationError as error:
        sys.exit(report(error.problems))
    except (pulumi.RunError, UnplayableError) as error:
        sys.exit(f"error: the routes of {stack} can't be read: {error}")


def print_routes(found: Sequence[tuple[Stack, Sequence[Scope]]]) -> int:
    """Print them; 1 when one of them ends at nobody, or differs from what the words say."""
    made = [route for stack, those in found for route in routes(stack, those)]
    shown = table.aligned if sys.stdout.isatty() else table.lines
    print("\n".join(shown(together(made))))
    wrong = [*table.problems(made), *([] if made else ["no alert is declared, so there are no routes."])]
    for problem in wrong:
        print(f"error: {problem}", file=sys.stderr)
    return 1 if wrong else 0


def send(stack: Stack, those: Sequence[Scope]) -> int:
    """Send the tests, a line each as they are done; 1 when one of them failed, or nothing may be sent."""
    whom, agreed = targets(stack, those), os.environ.get("YES", "")
    if not whom:
        print("error: no alert is declared, so there is nobody to reach.", file=sys.stderr)
        return 1
    environment = those[0].environment
    if why := refused(stack.name, environment, agreed, whom):
        print(f"error: {why}", file=sys.stderr)
        return 1
    counts = {"ok": 0, "failed": 0, "skipped": 0}
    code = 0
    try:
        for result in drill(environment, whom, os.environ, agreed=agreed == stack.name):
            print(line(result, stack.name), flush=True)
            counts["skipped" if isinstance(result, Target) else "ok" if result.good else "failed"] += 1
    except KeyboardInterrupt:
        print("interrupted: besides what is listed, one more test may have been sent.", file=sys.stderr)
        code = INTERRUPTED
    print(f"{stack.name}: {', '.join(f'{number} {name}' for name, number in counts.items())}.")
    print("\n".join(BY_HAND))
    return code or (1 if counts["failed"] else 0)


if __name__ == "__main__":
    ended(lambda: main(sys.argv[1:]))
