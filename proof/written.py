"""Cases that somebody wrote beside a product file: `stacks/tikit.cases`, in lines a person can read.

    case high-error-rate: a bad deploy (TIK-03)
      with 600 events a minute
      from minute 0: 1 %
      from minute 20: 6 %
      from minute 40: 1 %
      fires at minute 25 as P0, telling PagerDuty tikit, Slack #alerts
      over at minute 44
      until minute 60

The lines of a file that can't be used are all found at once, each with its number. Nothing that is wrong is played.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from lark import Lark, Token, Tree, UnexpectedInput

from components.problems import MISSING, Problem, nearest

FORMS = (
    "case <alert>: <what happens>, or case <alert> in staging: ...; with 600 events a minute; from minute 20: 6 %; "
    "silent; fires at minute 25 as P0, telling PagerDuty tikit; over at minute 40; until minute 60"
)


@dataclass(frozen=True)
class Line:
    """One line: what kind it is, its words, and where it stands."""

    kind: str
    words: tuple[Token | Tree[Token], ...]
    at: str
    text: str


@dataclass(frozen=True)
class Written:
    """One case: the alert it is about, where it holds, and its lines."""

    alert: str
    environment: str  # empty for all
    said: str
    at: str
    lines: tuple[Line, ...]
    whole: bool = True  # none of its lines is unreadable

    def of(self, kind: str) -> list[Line]:
        """Its lines of a kind, in order."""
        return [line for line in self.lines if line.kind == kind]


@dataclass
class File:
    """A file of cases, with everything that can't be read in it."""

    name: str
    cases: list[Written] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


@cache
def _grammar() -> Lark:
    return Lark(Path(__file__).with_name("written.lark").read_text("utf-8"), parser="earley")


def read(path: Path, name: str) -> File:
    """Read a file; `name` is how it is called in problems."""
    file = File(name)
    try:
        raw = path.read_bytes()
    except OSError as why:
        problem = Problem("", MISSING, f"can't be read: {why.strerror}.", "a file of cases that can be", line=name)
        file.problems.append(problem)
        return file
    try:
        texts = raw.decode("utf-8").splitlines()
    except UnicodeDecodeError as why:
        at = f"{name}:{len(raw[: why.start].splitlines())}"
        problem = Problem("", f"byte {raw[why.start]:x}", "isn't text in UTF-8.", "a file saved as UTF-8", line=at)
        file.problems.append(problem)
        return file
    current: list[Line] = []
    lost = False  # the lines follow a `case` that can't be read
    whole = True  # every line of the current case can be read
    for number, text in enumerate(texts, 1):
        said = text.partition(" # ")[0].strip()
        if not said or said.startswith("#"):
            continue
        at = f"{name}:{number}"
        try:
            tree = _grammar().parse(said)
        except UnexpectedInput:
            file.problems.append(Problem("", said, "isn't a line of a case.", f"one of: {FORMS}", line=at))
            if re.match(r"case\b", said):  # what follows isn't about the case before it
                _close(file, current, whole=whole)
                current, lost = [], True
            whole = False
            continue
        line = Line(tree.data, tuple(tree.children), at, said)
        if line.kind == "case":
            _close(file, current, whole=whole)
            current, lost, whole = [line], False, True
        elif current:
            current.append(line)
        elif not lost:
            file.problems.append(Problem("", said, "is outside a case.", "case <alert>: <what happens>", line=at))
    _close(file, current, whole=whole)
    if not file.cases and not file.problems:
        file.problems.append(Problem("", MISSING, "has no case, so it proves nothing.", FORMS, line=name))
    return file


def _close(file: File, lines: Sequence[Line], *, whole: bool) -> None:
    if lines:
        alert, environment, said = lines[0].words
        where = "" if environment is None else str(environment)
        file.cases.append(Written(str(alert), where, str(said).strip(), lines[0].at, tuple(lines[1:]), whole))


def unknown(
    file: File, alerts: Sequence[str], environments: Sequence[str], left_out: Mapping[str, str], here: str
) -> Iterator[Problem]:
    """Cases of alerts that the product doesn't have or leaves out here, and in environments that don't exist."""
    for written in file.cases:
        if written.environment and written.environment not in environments:
            why, instead = "is not an environment.", nearest(written.environment, environments)
            yield Problem("in", written.environment, why, instead, line=written.at)
        if written.alert not in alerts:
            why = "is not an alert of this product."
            yield Problem("case", written.alert, why, nearest(written.alert, alerts), line=written.at)
        elif written.environment == here and written.alert in left_out:
            why = f"is never played, as the alert isn't declared there: {left_out[written.alert]}."
            yield Problem("in", here, why, "an environment that has the alert", item=written.alert, line=written.at)
