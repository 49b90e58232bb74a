"""What was changed at the vendors by hand, in one issue per stack: `python -m pipelines.drift STACK`.

Exit code 1 where it could not be found out; the issue then stays as it is, or says what could not be listed.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any

from apis.web import WebError
from components.catalogue import scopes
from components.environment import Environment
from components.problems import InvalidDeclarationError
from components.stackfile import others
from pipelines.github import GitHub
from pipelines.listing import apis
from pipelines.live import PARALLEL, ROOT, LiveError, previewed
from pipelines.unmanaged import Whose, lines, unmanaged
from review.ending import ended
from review.handed import SHAPES
from review.marking import Section, arrow, code, fitted, prose, word
from review.resources import kind_of
from review.steps import Plan, PlanError, Step, read_plan
from review.values import Difference, differences

LABEL = "monitoring: drift"
FIELDS = 8
NEWS = 20
ALL = "`pulumi refresh --preview-only --diff` shows all"


@dataclass(frozen=True)
class Drift:
    """One resource that isn't as it was applied. `unreturned`: what only looks so."""

    step: Step
    differs: tuple[Difference, ...]
    unreturned: tuple[Difference, ...]

    @property
    def real(self) -> bool:
        """Whether somebody has changed or deleted it."""
        return self.step.op == "delete" or bool(self.differs)


def main() -> None:
    """Look, compare, and tell."""
    parser = argparse.ArgumentParser(prog="python -m pipelines.drift", description=__doc__)
    parser.add_argument("stack")
    stack: str = parser.parse_args().stack
    try:
        github = GitHub.from_environment()
        # First the program, which asks whose account this is: in another one, everything would seem to be deleted.
        previewed(stack)
        plan = read_plan(
            _pulumi("refresh", "--preview-only", "--json", "--parallel", str(PARALLEL), "--stack", stack), ""
        )
        exported = json.loads(_pulumi("stack", "export", "--stack", stack))
        name = plan.stack or stack.rpartition("/")[2]
        here = scopes(name, ROOT)
        suffixes = [str(written.get("suffix", "")) for _, written in others(ROOT, name)]
        resources = exported["deployment"].get("resources") or []
        environment: Environment = here[0].environment
        found, failed = unmanaged(apis(environment.sentry_organization), resources, Whose.of(here, suffixes))
        drifts = drifted(plan)
        said = tell(github, name, body(name, drifts, list(lines(found)), failed))
    except (LiveError, PlanError, WebError, InvalidDeclarationError) as problem:
        sys.exit(f"error: {problem}")
    except SHAPES as problem:
        sys.exit(f"error: what Pulumi or GitHub said of {stack} can't be read ({problem!r})")
    print(said)
    for line in failed:
        print(f"error: {line}", file=sys.stderr)
    sys.exit(1 if failed else 0)


def _pulumi(*arguments: str) -> str:
    """What a command prints. Raises LiveError; what it has to say stands on standard error."""
    try:
        done = subprocess.run(
            ["pulumi", *arguments, "--non-interactive"],  # noqa: S607
            cwd=ROOT,
            stdout=subprocess.PIPE,
            encoding="utf-8",
            errors="replace",
            check=False,
        )
    except OSError as problem:
        raise LiveError(f"pulumi can't be run: {problem.strerror}") from None
    if done.returncode:
        raise LiveError(f"`pulumi {' '.join(arguments)}` ended with exit code {done.returncode}\n{_said(done.stdout)}")
    return done.stdout[max(0, done.stdout.find("{")) :]


def _said(printed: str) -> str:
    """The errors in what was printed as JSON."""
    try:
        found = json.loads(printed[max(0, printed.find("{")) :])
        return "\n".join(one["message"].strip() for one in found["diagnostics"] if one["severity"] == "error")
    except (ValueError, LookupError, TypeError):
        return ""


def drifted(plan: Plan) -> list[Drift]:
    """Every resource that a refresh would change, deleted ones first."""
    found = []
    for step in plan.changed():
        if step.component:
            continue
        every = differences(step.before, step.after) if step.op != "delete" else []
        gone = tuple(each for each in every if _unreturned(step.type, each))
        found.append(Drift(step, tuple(each for each in every if each not in gone), gone))
    return sorted(found, key=lambda one: (one.step.op != "delete", one.step.product, one.step.name))


@cache
def _fields() -> tuple[dict[str, str], ...]:
    return tuple(tomllib.loads((Path(__file__).parent / "unreturned.toml").read_text(encoding="utf-8"))["field"])


def _unreturned(kind: str, each: Difference) -> bool:
    """Whether a value that is no longer there is one that was never given back."""
    return each.after in (None, "", "[REDACTED]") and any(
        one["type"] == kind and fnmatchcase(each.path, one["path"]) and one.get("before", each.before) == each.before
        for one in _fields()
    )


def body(stack: str, drifts: Sequence[Drift], others_there: Sequence[tuple[str, str]], failed: Sequence[str]) -> str:
    """What the issue says; empty where there is nothing to say."""
    real = [one for one in drifts if one.real]
    if not real and not others_there and not failed:
        return ""
    deleted = [f"- {_what(one)}" for one in real if one.step.op == "delete"]
    changed = [f"- {_what(one)}: {_differs(one.differs)}" for one in real if one.step.op != "delete"]
    aside = [
        f"- {_what(one)}: {_differs(one.unreturned) or 'only what the vendor computes'}"
        for one in drifts
        if _aside(one)
    ]
    sections = [
        Section(f"Deleted by hand ({len(deleted)})", deleted),
        Section(f"Changed by hand ({len(changed)})", changed),
        Section(
            f"In the project's name, but not in code ({len(others_there)})",
            [f"- {kind}: {code(name)}" for kind, name in others_there],
        ),
        Section("Could not be listed", [f"- {code(each)}" for each in failed]),
        Section("No drift: what vendors compute or never return", aside),
    ]
    head = [
        f"<!-- monitoring-drift stack={word(stack)} -->",
        f"The vendors' resources differ from what was applied to {word(stack)}.",
        "",
        "If a manual change was right, write it into the product's file; `pulumi up --refresh` reverts the rest.",
        "What isn't in code: delete it, or take it over (docs/operations.md).",
        "",
    ]
    return fitted(head, [section for section in sections if section.lines], ALL)


def _aside(one: Drift) -> bool:
    return bool(one.unreturned) or not one.real


def _what(one: Drift) -> str:
    step = one.step
    of = f" of {code(step.product)}" if step.product != step.name else ""
    return f"{step.vendor} {word(kind_of(step.type))} {code(step.name)}{of}"


def _differs(found: Sequence[Difference]) -> str:
    shown = "; ".join(f"{code(path)} {arrow(before, after, 60)}" for path, before, after in found[:FIELDS])
    return f"{shown}{f'; and {len(found) - FIELDS} more' if len(found) > FIELDS else ''}"


def tell(github: GitHub, stack: str, text: str) -> str:
    """Open, update or close the stack's one issue; return what was done, in a line."""
    mark = f"<!-- monitoring-drift stack={word(stack)} -->"
    there = [one for one in github.issues(LABEL) if str(one.get("body") or "").startswith(mark)]
    for double in there[1:]:
        github.edit_issue(int(double["number"]), state="closed")
    if not text:
        if there:
            github.add_comment(int(there[0]["number"]), f"Nothing differs any more. {_run()}".strip())
            github.edit_issue(int(there[0]["number"]), state="closed")
            return f"{stack}: nothing differs any more; #{there[0]['number']} is closed"
        return f"{stack}: nothing differs"
    if not there:
        made = github.open_issue(f"Drift: {stack}", text, LABEL)
        return f"{stack}: #{made['number']} is opened"
    number, before = int(there[0]["number"]), str(there[0]["body"]).replace("\r\n", "\n").rstrip()
    if before == text.rstrip():
        return f"{stack}: the same as #{number} says"
    github.edit_issue(number, body=text)
    # An edit tells nobody.
    if new := list(_new(before.split("\n"), text.split("\n"))):
        github.add_comment(number, "\n".join(["New since the last run:", "", *new, "", _run()]).rstrip())
    return f"{stack}: #{number} is updated"


def _new(before: Iterable[str], after: Iterable[str]) -> Iterator[str]:
    said = set(before)
    new = [line for line in after if line.startswith("- ") and line not in said]
    yield from new[:NEWS]
    if len(new) > NEWS:
        yield prose(f"and {len(new) - NEWS} more")


def _run() -> str:
    """The address of this run."""
    values: list[Any] = [os.environ.get(f"GITHUB_{name}", "") for name in ("SERVER_URL", "REPOSITORY", "RUN_ID")]
    return "{}/{}/actions/runs/{}".format(*values) if all(values) and re.fullmatch(r"\d+", values[2]) else ""


if __name__ == "__main__":
    ended(main)
