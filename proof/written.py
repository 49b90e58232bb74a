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
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import NoReturn

from lark import Lark, Token, Tree, UnexpectedInput

from components.problems import MISSING, Problem, nearest
from components.vocabulary.alerts import Alert
from components.vocabulary.at_datadog import ServiceCheck
from components.vocabulary.conditions import Absence, Anomaly, BudgetBurns, CertificateExpires, CheckFails
from components.vocabulary.error_tracking import Issues
from components.vocabulary.quantities import Amount, Duration, Frequency, Money, Quantity, Share, Size, Unit
from components.vocabulary.thresholds import Threshold
from proof.cases import Case
from proof.levels import levels_of
from proof.story import Phase, Story
from proof.truth import DAY, MINUTE, Truth

SECONDS = {"a second": 1, "a minute": 60, "an hour": 3600}
FORMS = (
    "case <alert>: <what happens>, or case <alert> in staging: ...; with 600 events a minute; from minute 20: 6 %; "
    "silent; fires at minute 25 as P0, telling PagerDuty tikit; over at minute 40; until minute 60"
)
LONGEST = 14 * DAY // MINUTE


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


class _WrongError(Exception):
    """A line says what can't be so."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(str(problem))


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
            file.problems.append(Problem("", said, "belongs to no case.", "case <alert>: <what happens>", line=at))
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


def cases(file: File, truth: Truth) -> tuple[list[Case], list[Problem]]:
    """The cases of an alert in one environment, and what is wrong with them."""
    made, problems = [], []
    for written in file.cases:
        here = written.environment in ("", truth.scope.environment.name)
        if written.alert != truth.alert.name or not here:
            continue
        found = list(_wrong(written, truth.alert))
        try:
            case = None if found else _case(written, truth)
            case = case if written.whole else None
        except _WrongError as wrong:
            found.append(wrong.problem)
            case = None
        problems += [replace_item(problem, truth) for problem in found]
        made += [case] if case else []
    return made, problems


def replace_item(problem: Problem, truth: Truth) -> Problem:
    """With the product and the alert that it is about."""
    return replace(problem, product=truth.scope.product.name, item=f"case of {truth.alert.name}")


def _wrong(written: Written, alert: Alert) -> Iterator[Problem]:
    """What is missing, said twice, or can't be true of the alert at all."""
    for kind, form in (("until", "until minute 60"), ("phase", "from minute 0: ...")):
        if not written.of(kind):
            yield Problem(kind, MISSING, "is missing.", form, line=written.at)
    for kind in ("rate", "until", "silent"):
        for line in written.of(kind)[1:]:
            yield Problem("", line.text, "is said twice.", "one of these lines", line=line.at)
    fires, silent = written.of("fires"), written.of("silent")
    if bool(fires) == bool(silent):
        why = "says both that it fires and that it is silent." if fires else "doesn't say what follows."
        yield Problem("case", written.alert, why, "silent, or fires at minute ...", line=written.at)
    for line in fires:
        severity, receivers = str(line.words[1]), [each.strip() for each in str(line.words[2]).split(",")]
        if severity != alert.severity.name:
            yield Problem("as", severity, "is not the severity of the alert.", alert.severity.name, line=line.at)
        told = [str(each) for each in alert.receivers]
        if sorted(receivers) != sorted(told):
            why = "is not whom the product file tells."
            yield Problem("telling", ", ".join(receivers), why, ", ".join(told), line=line.at)
    if isinstance(alert.when, Issues):
        why = "is about single events: its cases are derived from it."
        yield Problem("case", alert.name, why, "nothing: `make behaviour CASES=yes` lists them", line=written.at)


def _case(written: Written, truth: Truth) -> Case:
    phases = written.of("phase")
    (until,) = written.of("until")
    end, times = _minute(until), [_minute(line) for line in phases]
    if times[0] != 0:
        _wrong_at(phases[0], "doesn't say how it begins.", "from minute 0: ...")
    for line, before, after in zip(phases[1:], times, [*times[1:]], strict=False):
        if after <= before:
            _wrong_at(line, "is not after the line before it.", f"a minute after {before}")
    if end <= times[-1]:
        _wrong_at(until, "is before the last thing that happens.", f"a minute after {times[-1]}")
    needs = -(-(truth.window + truth.lasting) // MINUTE)
    if end < needs:
        why = f"is shorter than what the alert looks back over ({needs} minutes), so it can't show anything."
        _wrong_at(until, why, f"until minute {needs + 20}")
    if end > LONGEST:
        _wrong_at(until, "is longer than two weeks.", f"until minute {LONGEST} at most")
    rate = _rate(written, truth)
    found = [_phase(line, truth, later - now, rate) for line, now, later in _spans(phases, times, end)]
    look_back = (truth.window + truth.lasting) // MINUTE + 30
    story = Story((replace(found[0], minutes=look_back), *found))
    return Case(f"{written.at.rpartition('/')[2]}", written.said, story, tuple(_fires(written, end)))


def _spans(phases: Sequence[Line], times: Sequence[int], end: int) -> Iterator[tuple[Line, int, int]]:
    return zip(phases, times, [*times[1:], end], strict=True)


def _rate(written: Written, truth: Truth) -> float:
    for line in written.of("rate"):
        return _per_second(line.words)
    return levels_of(truth).rate


def _per_second(words: Sequence[object]) -> float:
    number, every = words
    assert isinstance(every, Tree)
    return float(str(number)) / SECONDS[str(every.children[0])]


def _phase(line: Line, truth: Truth, minutes: int, rate: float) -> Phase:
    _, value, number, every = line.words
    assert isinstance(value, Tree)
    if number is not None:
        rate = _per_second((number, every))
    well = levels_of(truth).well
    checks = isinstance(truth.when, CheckFails | ServiceCheck)
    match value.data:
        case "lost":
            return Phase(minutes, well, rate, lost=True)
        case "quiet":
            return Phase(minutes, well, 0.0)
        case "fails" | "succeeds" if checks:
            return Phase(minutes, 0.0 if value.data == "fails" else 1.0, rate)
        case "amount" if not checks and not isinstance(truth.when, Absence):
            return Phase(minutes, _amount(line, value, truth), rate)
    form = "fails, succeeds or no data" if checks else "no data" if isinstance(truth.when, Absence) else "an amount"
    return _wrong_at(line, "is not what the alert looks at.", form)


def _amount(line: Line, value: Tree[Token], truth: Truth) -> float:
    """In the unit of the alert's signal."""
    number = Decimal(str(value.children[0]))
    sign = str(value.children[1]) if len(value.children) > 1 and value.children[1] else ""
    when = truth.when
    if isinstance(when, Anomaly):
        return float(number) if sign == "times the usual" else _wrong_at(line, "has no band.", "3 times the usual")
    if isinstance(when, CertificateExpires):
        return float(number) * DAY if sign == "days" else _wrong_at(line, "isn't how long it is valid.", "12 days")
    if isinstance(when, BudgetBurns) and not isinstance(when.objective.good, Threshold):
        unit: Unit = Unit.RATIO
    elif isinstance(when, BudgetBurns):
        assert isinstance(when.objective.good, Threshold)
        unit = when.objective.good.signal.unit
    else:
        assert isinstance(when, Threshold)
        unit = when.signal.unit
    if not number and sign in ("ms", "s") and unit in (Unit.SECONDS, Unit.MILLISECONDS):
        return 0.0  # nothing runs; no Duration, which is never nothing
    quantity = _quantity(number, sign, unit)
    if quantity is None or not quantity.measures(unit):
        _wrong_at(line, f"is in another unit than the alert's signal, which is in {unit}.", EXAMPLES[unit])
    found = float(quantity.to(unit))
    if isinstance(quantity, Share) and found > (1 if unit is Unit.RATIO else 100):
        _wrong_at(line, "is more than the whole.", "at most 100 %")
    if truth.checks:  # of probes, that so many fail
        return 1 - found
    return found


EXAMPLES = {
    Unit.SECONDS: "3 s or 500 ms",
    Unit.MILLISECONDS: "500 ms or 3 s",
    Unit.RATIO: "5 %",
    Unit.PERCENT: "5 %",
    Unit.COUNT: "20",
    Unit.PER_SECOND: "50 /s",
    Unit.BYTES: "512 MiB",
    Unit.MONEY: "1000",
}


def _quantity(number: Decimal, sign: str, unit: Unit) -> Quantity | None:
    match sign:
        case "%":
            return Share(number, "percent")
        case "ms" | "s":
            return Duration(number, {"ms": "milliseconds", "s": "seconds"}[sign]) if number else None
        case "/s":
            return Frequency(number, "per second")
        case "MiB" | "GiB":
            return Size(number, sign)
        case "":
            return Money(number, "money") if unit is Unit.MONEY else Amount(number, "count")
        case _:
            return None


def _fires(written: Written, end: int) -> Iterator[tuple[int, int | None]]:
    """From when to when, in seconds: what fires is over by the next line, or goes on."""
    lines = [line for line in written.lines if line.kind in ("fires", "over")]
    last = -1
    begun: int | None = None
    for line in lines:
        at = _minute(line)
        if not last < at <= end:
            _wrong_at(
                line, "is not between what comes before it and the end of the case.", f"after {last}, up to {end}"
            )
        if (line.kind == "over") is (begun is None):
            why = "ends what hasn't begun." if begun is None else "begins again what isn't over."
            _wrong_at(line, why, "fires and over in turn")
        if begun is not None:
            yield begun * MINUTE, at * MINUTE
            begun = None
        else:
            begun = at
        last = at
    if begun is not None:
        yield begun * MINUTE, None


def _minute(line: Line) -> int:
    return int(re.sub(r"\D", "", str(line.words[0])))


def _wrong_at(line: Line, why: str, instead: str) -> NoReturn:
    raise _WrongError(Problem("", line.text, why, instead, line=line.at))
