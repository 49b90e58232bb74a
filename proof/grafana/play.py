"""Plays cases through declared rules, and compares what comes out with what should."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from proof.cases import Case
from proof.caused import beside
from proof.grafana.engine import Answer
from proof.grafana.lines import lines
from proof.grafana.messages import Message, messages, muting
from proof.grafana.numbers import Failed, Labels, Values, outcome
from proof.grafana.rules import Declared, Rule
from proof.grafana.states import Machine
from proof.grafana.telemetry import series
from proof.story import EPOCH
from proof.truth import Truth

LATER = 23  # seconds after the minute at which rules are evaluated
SETTLED = 3
WAITED = 60  # by how much later than the state the first message may come: group_wait, and what is left of a minute


@dataclass(frozen=True)
class Played:
    """What came of a rule in a case: its states over time, in seconds of the story, and the messages."""

    firing: tuple[tuple[int, int | None], ...]
    states: tuple[tuple[int, str], ...]
    messages: tuple[Message, ...]


@dataclass(frozen=True)
class Watched:
    """An alert as one stack declares it: its rule, and the one that tells others later."""

    stack: str
    truth: Truth
    rule: Rule
    late: Rule | None
    cases: tuple[Case, ...] = field(default=())

    @property
    def name(self) -> str:
        """`tikit, api-down`."""
        return f"{self.truth.scope.product.name}, {self.truth.alert.name}"

    @property
    def unplayed(self) -> frozenset[str]:
        """The settings that it is played without."""
        return frozenset((*self.rule.unplayed, *(self.late.unplayed if self.late else ())))


def request(watched: Watched, number: int) -> dict[str, Any]:
    """What the query engines are asked for a case of an alert. Raises UnplayableError."""
    case, queries = watched.cases[number], queries_of(watched)
    return {
        "id": f"{watched.stack}:{watched.rule.uid}:{number}",
        "language": watched.rule.language,
        "queries": queries,
        "from": EPOCH + LATER,
        "to": EPOCH + LATER + case.story.end,
        "every": watched.rule.every,
        **_data(watched, case, queries),
    }


def _data(watched: Watched, case: Case, queries: Mapping[str, str]) -> dict[str, Any]:
    if watched.rule.language == "logql":
        return {"lines": lines(watched.truth, case.story, queries)}
    causes = beside(case, watched.truth.causes)
    return {"series": series([(watched.truth, case.story), *causes], queries)}


def queries_of(watched: Watched) -> dict[str, str]:
    """The queries of both rules; those they share are asked once."""
    late = watched.late.queries if watched.late else {}
    return {
        **{f"late {ref}": text for ref, text in late.items() if watched.rule.queries.get(ref) != text},
        **watched.rule.queries,
    }


def play(rule: Rule, declared: Declared, case: Case, results: Answer, prefix: str = "") -> Played:
    """Run a rule's evaluations over the results of its queries, and then its notifications."""
    machine = Machine(rule)
    evaluations: list[tuple[int, set[Labels]]] = []
    states: list[tuple[int, str]] = []
    firing: list[tuple[int, int | None]] = []
    for now, at in _evaluations(rule, case, results, prefix):
        machine.step(now, outcome(rule, at, machine.loaded))
        evaluations.append((now, machine.firing))
        shown = ", ".join(sorted({str(state) for state in machine.states.values()}))
        if not states or states[-1][1] != shown:
            states.append((now, shown))
        fires = any(state.name == "Alerting" for state in machine.states.values())
        if fires and (not firing or firing[-1][1] is not None):
            firing.append((now, None))
        elif not fires and firing and firing[-1][1] is None:
            firing[-1] = (firing[-1][0], now)
    mute = muting(rule.routing.mutes, declared.mutes)
    told = messages(rule.routing, evaluations, lambda at: mute(EPOCH + at))
    return Played(tuple(firing), tuple(states), tuple(told))


def _evaluations(
    rule: Rule, case: Case, results: Answer, prefix: str
) -> Iterator[tuple[int, Mapping[str, Values | Failed]]]:
    """The evaluations of a case: time, and what each query gives.

    Of a long time in which nothing changes, the first three and the last: more make no other states, unless the rule
    has a clock of its own (`for`, mute timings).
    """
    found = {ref: results.results.get(f"{prefix}{ref}", results.results.get(ref, [])) for ref in rule.queries}
    rows = [(ref, labels, values) for ref, series in found.items() for labels, values in series]
    last = case.story.end // rule.every
    patient = rule.lasting or rule.routing.mutes or rule.condition.unload or rule.math

    def at(number: int) -> Mapping[str, Values | Failed]:
        if fails(number):
            return {ref: Failed() for ref in rule.queries}
        return {
            ref: {labels: value for labels, values in series if (value := values[number]) is not None}
            for ref, series in found.items()
        }

    def fails(number: int) -> bool:
        return case.failing is not None and case.failing[0] <= number * rule.every + LATER < case.failing[1]

    before: list[bool | None] = []
    held: int | None = None
    alike = 0
    for number in range(last + 1):
        shape = [fails(number), *(_side(rule, ref, values[number]) for ref, _, values in rows)]
        alike = alike + 1 if shape == before else 0
        before = shape
        if not patient and alike > SETTLED and number < last:
            held = number
            continue
        for each in (number,) if held is None else (held, number):
            yield each * rule.every + LATER, at(each)
        held = None


def _side(rule: Rule, ref: str, value: float | None) -> bool | None:
    """What of a value matters to a threshold: whether there is one, and whether it is beyond."""
    if value is None or ref != rule.condition.watched:
        return None if value is None else False
    return value > rule.condition.limit if rule.condition.sense == "gt" else value < rule.condition.limit
