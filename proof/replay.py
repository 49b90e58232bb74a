"""`make replay`: recorded series through the shipped rules; whom they would have woken, and how often a week.

Exit code 1 when a recording can't be used, or when somebody would be woken more often than the stack file allows.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pulumi

from components.catalogue import scopes
from components.environment import Environment
from components.problems import InvalidDeclarationError, report
from components.stackfile import stack_file
from proof.boards import truths
from proof.fitting import Rules, Watching, fit, watching
from proof.grafana.engine import find_query_engine
from proof.recorded import read
from proof.replaying import Replayed, replay
from proof.told import awake
from proof.truth import DAY, Truth
from proof.unplayable import UnplayableError
from review.compare import CompareError, plan_of
from review.paged import Paged
from review.plan import chosen
from review.recorder import ROOT, Declared, Recording, record
from sandbox.errors import SandboxError

WEEK = 7 * DAY
SHOWN = 5  # times at which somebody is woken that are named


class ReplayError(Exception):
    """Why nothing can be replayed, in lines."""


@dataclass(frozen=True)
class Replay:
    """What came of the recordings, by the rules of the working tree; `before` by those of the base."""

    stack: str
    budget: int
    after: tuple[Replayed, ...]
    before: tuple[Replayed, ...] | None
    without: dict[str, str]

    @property
    def weeks(self) -> float:
        """How long the longest alert was looked at."""
        return max((each.end - each.begin for each in self.after), default=0.0) / WEEK

    @property
    def span(self) -> tuple[float, float]:
        """From when to when any alert was looked at."""
        return min(each.begin for each in self.after), max(each.end for each in self.after)

    @property
    def data(self) -> str:
        """How many alerts have data."""
        return f"{len(self.after)} of {len(self.after) + len(self.without)} alerts have data"

    @property
    def weekly(self) -> dict[str, tuple[float, float]]:
        """How often each receiver is woken a week, before and after."""
        before, after = (per_week(each or (), self.weeks) for each in (self.before, self.after))
        return {name: (before.get(name, 0.0), after.get(name, 0.0)) for name in sorted({*before, *after})}

    @property
    def over(self) -> dict[str, float]:
        """Who is woken more often a week than the budget allows."""
        return {name: number for name, (_, number) in self.weekly.items() if number > self.budget}


def per_week(replayed: Sequence[Replayed], weeks: float) -> dict[str, float]:
    """How often each receiver is woken a week; of less than a week, as often as in that time."""
    found: dict[str, float] = {}
    for each in replayed:
        for _, name in each.pages:
            found[name] = found.get(name, 0.0) + 1 / max(weeks, 1.0)
    return dict(sorted(found.items()))


def replayed(folder: Path, stack: str, product: str = "", base: str | Recording = "", *, gaps: bool = False) -> Replay:
    """Replay a folder; `base` is a commit, or what one declares, and may be neither.

    Raises ReplayError with everything that is wrong with the folder, or with what should replay it.
    """
    recordings = read(folder, gaps=gaps)
    if recordings.problems:
        raise ReplayError("\n".join(recordings.problems))
    try:
        command = find_query_engine()
        file = stack_file(ROOT, stack)
        environment = Environment.parse(file.get("monitoring:environment"), file.name)
        rules = Rules.of(record(stack, named=True))
        here = scopes(stack, ROOT)
        chosen(product, (scope.product.name for scope in here))
        every = [truth for scope in here for truth in truths(scope)]
        base_rules = _rules_of(base, stack, rules) if base else None
    except InvalidDeclarationError as error:
        raise ReplayError(report(error.problems)) from error
    except (pulumi.RunError, CompareError, SandboxError, UnplayableError) as error:
        raise ReplayError(str(error)) from error
    watched = [watching(truth, rules) for truth in every]
    fitted = fit(watched, rules, recordings.series)
    if fitted.problems:
        raise ReplayError("\n".join(dict.fromkeys(fitted.problems)))
    mine = [each for each in watched if product in ("", each.truth.scope.product.name)]
    names = {each.name for each in mine}
    after = _sorted(replay(mine, rules, fitted.series, command))
    before = None
    if base_rules is not None:
        was = [each for each in _was(every, base_rules) if each.name in names]
        # What the base reads, of the same recordings: what only the working tree reads is no fault of them.
        before = _sorted(replay(was, base_rules, fit(was, base_rules, recordings.series).series, command))
    without = {name: why for name, why in fitted.without.items() if name in names}
    return Replay(stack, environment.pages_per_week, after, before, without)


def _sorted(found: Iterator[Replayed]) -> tuple[Replayed, ...]:
    """All of them. Raises ReplayError where they can't be evaluated."""
    try:
        return tuple(sorted(found, key=lambda each: each.watching.name))
    except (SandboxError, UnplayableError) as error:
        raise ReplayError(str(error)) from error


def _rules_of(base: str | Recording, stack: str, here: Rules) -> Rules:
    """Those of a commit; its plan doesn't say whose secrets contact points have, so they are known by their names."""
    planned = [Declared(**each) for each in plan_of(ROOT, base, stack)] if isinstance(base, str) else base.resources
    found = Rules.of(Recording(planned))
    known = {name: here.grafana.receivers.get(name, ()) for name in found.grafana.receivers}
    return Rules(replace(found.grafana, receivers=known), found.datadog)


def _was(every: Sequence[Truth], rules: Rules) -> Iterator[Watching]:
    return (watching(truth, rules) for truth in every)


def told(found: Replay) -> Iterator[str]:
    """The report, in lines."""
    begin, end = found.span
    yield f"{found.stack}, {moment(begin)} to {moment(end)} UTC ({(end - begin) / DAY:.1f} days): {found.data}"
    before = {each.watching.name: each for each in found.before or ()}
    for each in found.after:
        was = before.get(each.watching.name)
        changed = "" if found.before is None else f"{_fired(was) if was else 'not declared'} -> "
        pages = [f"{name} at {moment(at)}" for at, name in each.pages]
        more = f" and {len(pages) - SHOWN} more" if len(pages) > SHOWN else ""
        woken = f"; wakes {', '.join(pages[:SHOWN])}{more}" if pages else ""
        yield f"  {each.watching.name}: {changed}{_fired(each)}{woken}"
    recorded = {each.watching.name.partition(",")[0] for each in found.after}
    silent: dict[str, int] = {}
    for name, why in sorted(found.without.items()):
        product = name.partition(",")[0]
        if product in recorded:
            yield f"  no data: {name}: {why}"
        else:
            silent[product] = silent.get(product, 0) + 1
    yield from (f"  no data: {product}: none of its {number} alerts" for product, number in silent.items())
    for name, (earlier, now) in found.weekly.items():
        changed = "" if found.before is None else f"{earlier:.1f} -> "
        yield f"pages a week: {name}: {changed}{now:.1f} of {found.budget}"
    for name, number in found.over.items():
        counts = {each.watching.name: sum(who == name for _, who in each.pages) for each in found.after}
        loud = sorted((each for each in counts if counts[each]), key=lambda each: -counts[each])
        most = ", ".join(f"{each} ({counts[each]})" for each in loud)
        yield (
            f"TOO MANY: {name} would be woken {number:.1f} times a week, and pages-per-week allows {found.budget}. "
            f"Most of it: {most}. Instead: limits that mean harm, or a severity that wakes nobody"
        )


def paged(found: Replay) -> Paged:
    """Before and after, as `make review` shows it."""
    was = {each.watching.name: _fired(each) for each in found.before or ()}
    now = {each.watching.name: _fired(each) for each in found.after}
    begin, end = map(moment, found.span)
    return Paged(
        found.stack,
        f"{begin} to {end} UTC: {found.data}",
        tuple((name, was.get(name), now.get(name)) for name in sorted({*was, *now}) if was.get(name) != now.get(name)),
        tuple((name, *both) for name, both in found.weekly.items()),
        found.budget,
    )


def on_recorded(folder: Path, bases: Mapping[str, Recording]) -> tuple[Paged, ...]:
    """Of each stack in which somebody can be woken; `bases`: what the base declares in each that it has.

    Raises ReplayError, also where no alert has all its data.
    """
    found = [replayed(folder, stack, base=bases.get(stack, Recording())) for stack in awake()]
    if not any(each.after for each in found):
        raise ReplayError("\n".join(f"{name}: {why}" for each in found for name, why in sorted(each.without.items())))
    return tuple(paged(each) for each in found if each.after)


def _fired(each: Replayed) -> str:
    if not each.firing:
        return "silent"
    times = len(each.firing)
    return f"fires {'once' if times == 1 else f'{times} times'}, {each.lasted / 60:.0f} min in total"


def moment(at: float) -> str:
    """`2023-11-13 06:20`."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M")


def main(arguments: Sequence[str] | None = None) -> int:
    """Replay, and print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="recorded series: *.json, *.jsonl, *.csv")
    parser.add_argument("--stack", default="prod", help="the stack whose rules are used")
    parser.add_argument("--product", default="", help="only its alerts")
    parser.add_argument("--base", default="", help="a commit whose rules are replayed as well")
    parser.add_argument("--gaps", action="store_true", help="treat missing samples as an outage")
    given = parser.parse_args(arguments)
    try:
        found = replayed(given.folder, given.stack, given.product, given.base, gaps=given.gaps)
    except ReplayError as problem:
        print(problem, file=sys.stderr)
        return 1
    if not found.after:
        reasons = [f"  {name}: {why}" for name, why in sorted(found.without.items())]
        print("\n".join(["No alert has all its data:", *reasons]), file=sys.stderr)
        return 1
    print("\n".join(told(found)))
    return 1 if found.over else 0


if __name__ == "__main__":
    sys.exit(main())
