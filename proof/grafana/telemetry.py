"""The series that a story makes: of the alert's own metrics, as the rule's queries name and label them.

A name is compared with the metric's by its words, and the labels a metric is narrowed to have to be asked for. Labels
that say whose series it is (job, env) are taken from the query: that they are the application's is for the contract.
Others report the same with one label otherwise, and fare badly: an alert that looks at them as well isn't right.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import promql_parser as promql

from proof.emissions import Emission, Of, emissions
from proof.levels import elsewhere
from proof.story import EPOCH, Phase, Story
from proof.truth import DAY, RARE, Truth
from proof.unplayable import UnplayableError

ENDINGS = {"total", "ratio", "seconds", "milliseconds", "bytes", "percent", "bucket", "sum", "count"}
Labelled = tuple[dict[str, str], list[dict[str, float]]]  # a series: its labels, its pieces
OFFSET = 7  # seconds after the minute: samples and evaluations aren't taken at the same time


class Selector(NamedTuple):
    """A metric as a query asks for it: equal labels, and regular expressions."""

    name: str
    equal: tuple[tuple[str, str], ...]
    matching: tuple[tuple[str, str], ...]


def selectors(text: str) -> Iterator[Selector]:
    """Those of a query. Raises UnplayableError for one that isn't by name and equality."""
    nodes = [promql.parse(text)]
    while nodes:
        node = nodes.pop()
        if isinstance(node, promql.VectorSelector):
            equal, matching = [], []
            for each in node.matchers.matchers:
                if each.op == promql.MatchOp.Equal:
                    equal.append((each.name, each.value))
                elif each.op == promql.MatchOp.Re:
                    matching.append((each.name, each.value))
                else:
                    raise UnplayableError(f"a query excludes a value of {each.name}, which isn't played")
            yield Selector(node.name or "", tuple(sorted(equal)), tuple(sorted(matching)))
        for part in ("expr", "lhs", "rhs", "vector_selector"):
            inner = getattr(node, part, None)
            nodes += [] if inner is None else [inner]
        if isinstance(node, promql.Call):
            nodes += list(node.args)


def series(played: Sequence[tuple[Truth, Story]], queries: Mapping[str, str]) -> list[dict[str, Any]]:
    """The series that the queries ask for, of alerts and what happens to each. Raises UnplayableError."""
    found: dict[tuple[tuple[str, str], ...], dict[str, Any]] = {}
    emitted = [(truth, story, each) for truth, story in played for each in emissions(truth)]
    chosen = sorted({each for text in queries.values() for each in selectors(text)})
    for selector in chosen:
        fitting = [each for each in emitted if called(each[2], selector.name)]
        if not fitting:
            raise UnplayableError(f"a query asks for {selector.name}, which no metric of the alert is called")
        for truth, story, emission in fitting:
            for labels, pieces in _with_others(truth, story, selector, emission, chosen):
                found[tuple(sorted(labels.items()))] = {"labels": labels, "pieces": pieces}
    return list(found.values())


def _with_others(
    truth: Truth, story: Story, selector: Selector, emission: Emission, chosen: Sequence[Selector]
) -> Iterator[Labelled]:
    """An alert's own series, those of another group, in which all is well, and those of others beside it."""
    yield from _as_series(truth, story, selector, emission)
    groups = {re.sub(r"\W", "_", tag) for tag in getattr(getattr(truth.when, "signal", None), "by", ())}
    if groups:
        calm = Story(tuple(replace(each, value=story.phases[0].value, of=None) for each in story.phases))
        for labels, pieces in _as_series(truth, calm, selector, emission):
            yield labels | dict.fromkeys(groups & set(labels), "other"), pieces
    for label in _telling(selector, emission, chosen):
        for labels, pieces in _as_series(truth, elsewhere(truth, story), selector, emission):
            yield labels | {label: f"not-{labels[label]}"}, pieces


def _telling(selector: Selector, emission: Emission, chosen: Sequence[Selector]) -> Iterator[str]:
    """The labels by which the query tells its series from others'; not those of a part whose whole it asks for too."""
    asked = [label for label, _ in (*selector.equal, *selector.matching) if label != "le"]
    for label in asked:
        whole = any(each.name == selector.name and label not in dict((*each.equal, *each.matching)) for each in chosen)
        if not whole and (label in dict(selector.equal) or label in emission.labels):
            yield label


def called(emission: Emission, name: str) -> bool:
    """Whether a query means this metric; what an endpoint itself calls a sum or a count is no part of another."""
    if emission.name.endswith(("_sum", "_count", "_bucket")):
        return emission.name == name
    return words(emission.name) == words(name)


def words(name: str) -> list[str]:
    """A metric's name without the endings that exporters add."""
    return [word for word in re.split(r"[^a-zA-Z0-9]+", name) if word and word not in ENDINGS]


def _as_series(truth: Truth, story: Story, selector: Selector, emission: Emission) -> Iterator[Labelled]:
    asked = dict(selector.equal)
    if any(asked.get(label, value) != value for label, value in emission.labels.items()):
        return
    if any(
        not re.fullmatch(text, emission.labels[label]) for label, text in selector.matching if label in emission.labels
    ):
        return
    base = {"__name__": selector.name} | asked | dict(emission.labels)
    every = max(RARE, emission.every) if truth.window > DAY else emission.every
    part = selector.name.rpartition("_")[2]
    if emission.level:
        yield base, _pieces(story, emission, every, emission.level, counts=False)
    elif emission.distribution and part == "bucket":
        bounds = sorted({bound for _, _, phase in story.spans for bound in emission.distribution(phase)})
        for bound in [*bounds, float("inf")]:

            def below(phase: Phase, bound: float = bound) -> float:
                return sum(rate for at, rate in emission.distribution(phase).items() if at <= bound)  # type: ignore[misc]

            written = "+Inf" if bound == float("inf") else f"{bound:g}"
            if all(re.fullmatch(text, written) for label, text in selector.matching if label == "le"):
                yield base | {"le": written}, _pieces(story, emission, every, below, counts=True)
    elif emission.distribution and part == "sum" and emission.total:
        yield base, _pieces(story, emission, every, emission.total, counts=True)
    elif emission.distribution:
        number: Of = lambda phase: sum(emission.distribution(phase).values())  # type: ignore[misc]  # noqa: E731
        yield base, _pieces(story, emission, every, number, counts=True)
    elif emission.rate:
        yield base, _pieces(story, emission, every, emission.rate, counts=True)


def _measured(story: Story, every: int) -> Iterator[tuple[int, int, Phase]]:
    """The spans of a story as they are measured every so many seconds; what isn't received is missed at once."""
    begins = [begin for begin, _, _ in story.spans]
    seen = (-(-begin // every) * every for begin in begins[1:])
    edges = sorted({*begins, *(edge for edge in seen if edge < story.end), story.end})
    for begin, end in itertools.pairwise(edges):
        now, last = story.at(begin)[0], story.at(begin // every * every)[0]
        yield begin, end, now if now.lost or last.lost else last


def _pieces(story: Story, emission: Emission, every: int, of: Of, *, counts: bool) -> list[dict[str, float]]:
    """Samples of a level, or of a counter that grows by so many a second; none where the phase has lost it."""
    found, grown = [], 1000.0
    for begin, end, phase in _measured(story, emission.probed):
        mine = phase.of is None or emission.place is None or phase.of == emission.place
        first = -(-(begin - OFFSET) // every) * every + OFFSET
        count = max(0, -(-(end - first) // every))
        value = of(phase if mine else Phase(phase.minutes, 1.0, phase.rate))
        value += EPOCH + begin if emission.expires else 0
        if count and not (phase.lost and mine):
            start, step = (grown + value * (first - begin), value * every) if counts else (value, 0.0)
            found.append({"from": EPOCH + first, "every": every, "count": count, "first": start, "step": step})
        grown += value * (end - begin) if counts else 0.0
    return found
