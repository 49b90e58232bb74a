"""Before `pulumi up` of staging: `python -m pipelines.deploy STACK ENVIRONMENT`. Exit code 1: nothing may be applied.

Every loss that a preview at the vendors finds has to be one that was reviewed: one that the sandbox finds, too, between
the commit that was deployed last and this one. Each pull request in between needed a person's yes to its own.
"""

from __future__ import annotations

import argparse
import os
import sys

from apis.web import WebError
from pipelines.github import GitHub
from pipelines.live import ROOT, LiveError, previewed, publish, report_of
from review.compare import CompareError, compare
from review.ending import ended
from review.handed import SHAPES
from review.losses import Loss
from review.markdown import verdict
from review.report import Report
from review.steps import PlanError

FIRST = "HEAD^1"  # where nothing was deployed yet: what the merge was merged into


def main() -> None:
    """Preview, compare, decide."""
    parser = argparse.ArgumentParser(prog="python -m pipelines.deploy", description=__doc__)
    parser.add_argument("stack")
    parser.add_argument("environment", help="GitHub's, in which it was deployed last")
    arguments = parser.parse_args()
    stack: str = arguments.stack
    try:
        plan = previewed(stack)
        live = report_of(plan)
        publish(live, stack)
        print(f"{verdict(live)}.")
        if plan.stopped:
            sys.exit("error: something protected would be deleted or replaced (above). Nothing was changed.")
        if not live.losses():
            return
        base = _deployed(arguments.environment)
        reviewed, commit = compare(ROOT, base, lambda line: print(line, flush=True))
        said = refusal(live, reviewed, stack, commit, os.environ.get("AGREED", ""))
    except (LiveError, PlanError, CompareError, WebError) as problem:
        sys.exit(f"error: {problem}")
    except OSError as problem:
        sys.exit(f"error: {problem.filename}: {problem.strerror}")
    if said:
        sys.exit(f"error: {said}")


def _deployed(environment: str) -> str:
    """The commit to compare with. Raises WebError, LiveError."""
    try:
        return GitHub.from_environment().last_deployed(environment) or FIRST
    except SHAPES as problem:
        raise LiveError(f"what GitHub says of deployments to {environment} has another form ({problem!r})") from None


def refusal(live: Report, reviewed: Report, stack: str, commit: str, agreed: str) -> str:
    """Why nothing may be applied; empty where it may. `agreed`: the hash that somebody has typed in by hand."""
    expected = reviewed.lost(stack)
    others = [loss for key, loss in live.lost(stack).items() if key not in expected]
    if not others or agreed == live.agreement():
        return ""
    head = f"at the vendors more would be lost than was reviewed since {commit[:7]}:"
    how = f"run this workflow by hand (Run workflow) with agreed={live.agreement()}"
    foot = f"Nothing was changed. If that is intended, {how}; if not, see docs/operations.md."
    return "\n".join([head, *(f"  {_line(loss)}" for loss in others), foot])


def _line(loss: Loss) -> str:
    of = f" of {loss.product}" if loss.product not in ("", loss.name) else ""
    return " ".join(f"{loss.kind} {loss.name}{of}: {loss.before} -> {loss.after}; {loss.goes}".split())


if __name__ == "__main__":
    ended(main)
