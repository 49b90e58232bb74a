"""The cases that a file says, made into what the proof plays; and what in them can't be so of their alert."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import NoReturn

from lark import Token, Tree

from components.problems import MISSING, Problem
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
from proof.written import File, Line, Written

SECONDS = {"a second": 1, "a minute": 60, "an hour": 3600}
LONGEST = 14 * DAY // MINUTE
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


class _WrongError(Exception):
    """A line says what can't be so."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(str(problem))


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
        problems += [_replace_item(problem, truth) for problem in found]
        made += [case] if case else []
    return made, problems


def _replace_item(problem: Problem, truth: Truth) -> Problem:
    """With the product and the alert that it is about."""
    return replace(problem, product=truth.scope.product.name, item=f"case of {truth.alert.name}")


def _wrong(written: Written, alert: Alert) -> Iterator[Problem]:
    """What is missing, said twice, or can't be true of the alert at all."""
    for kind, form in (("until", "until minute 60"), ("phase", "from minute 0: ...")):
        if not written.of(kind):
            yield Problem(kind, MISSING, "is missing.", form, line=written.at)
    for kind in ("rate", "until", "silent"):
        for line in written.of(kind)[1:]:
            yield Problem("", line.text, "is there twice.", "one of these lines", line=line.at)
    fires, silent = written.of("fires"), written.of("silent")
    if bool(fires) == bool(silent):
        why = "says both that it fires and that it is silent." if fires else "doesn't say what follows."
        yield Problem("case", written.alert, why, "silent, or fires at minute ...", line=written.at)
    for line in fires:
        severity, receivers = str(line.words[1]), [each.strip() for each in str(line.words[2]).split(",")]
        if severity != alert.severity.name:
            yield Problem("as", severity, "isn't the severity of the alert.", alert.severity.name, line=line.at)
        told = [str(each) for each in alert.receivers]
        if sorted(receivers) != sorted(told):
            why = "isn't whom the product file notifies."
            yield Problem("telling", ", ".join(receivers), why, ", ".join(told), line=line.at)
    if isinstance(alert.when, Issues):
        why = "is about single events: its cases are derived from it."
        yield Problem("case", alert.name, why, "nothing: `make behaviour CASES=yes` lists them", line=written.at)


def _case(written: Written, truth: Truth) -> Case:
    phases = written.of("phase")
    (until,) = written.of("until")
    end, times = _minute(until), [_minute(line) for line in phases]
    if times[0] != 0:
        _wrong_at(phases[0], "doesn't say how it starts.", "from minute 0: ...")
    for line, before, after in zip(phases[1:], times, [*times[1:]], strict=False):
        if after <= before:
            _wrong_at(line, "is not after the line before it.", f"a minute after {before}")
    if end <= times[-1]:
        _wrong_at(until, "is before the last thing that happens.", f"a minute after {times[-1]}")
    needs = -(-(truth.window + truth.lasting) // MINUTE)
    if end < needs:
        why = f"is shorter than the alert looks back ({needs} minutes), so it can't show anything."
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
    return _wrong_at(line, "isn't what the alert looks at.", form)


def _amount(line: Line, value: Tree[Token], truth: Truth) -> float:
    """In the unit of the alert's signal."""
    number = Decimal(str(value.children[0]))
    sign = str(value.children[1]) if len(value.children) > 1 and value.children[1] else ""
    when = truth.when
    if isinstance(when, Anomaly):
        return float(number) if sign == "times the usual" else _wrong_at(line, "has no band.", "3 times the usual")
    if isinstance(when, CertificateExpires):
        return float(number) * DAY if sign == "days" else _wrong_at(line, "isn't a remaining validity.", "12 days")
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
        _wrong_at(line, f"has a different unit than the alert's signal, which is in {unit}.", EXAMPLES[unit])
    found = float(quantity.to(unit))
    if isinstance(quantity, Share) and found > (1 if unit is Unit.RATIO else 100):
        _wrong_at(line, "is more than the whole.", "at most 100 %")
    if truth.checks:  # of probes, that so many fail
        return 1 - found
    return found


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
            why = "ends what hasn't started." if begun is None else "starts again before it is over."
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
