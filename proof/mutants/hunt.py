"""Plays mutants: the case that is most likely to notice one first, until one does."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from proof.cases import Case
from proof.datadog import judge as datadog
from proof.grafana.engine import Answer, ask
from proof.grafana.judge import judge as judge_grafana
from proof.grafana.play import Watched as GrafanaWatched
from proof.grafana.play import queries_of, request
from proof.grafana.rules import Declared
from proof.mutants.mutant import Mutant
from proof.sentry import judge as sentry
from proof.unplayable import UnplayableError

AT_ONCE = 16  # mutants whose queries are asked together, over the same data


@dataclass
class Hunt:
    """What became of the mutants so far, and which cases noticed which kind of change."""

    survivors: list[Mutant] = field(default_factory=list)
    noticed: Counter[str] = field(default_factory=Counter)  # by the kind of setting
    refused: int = 0
    best: dict[tuple[str, str], Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    played: int = 0

    def order(self, mutant: Mutant) -> list[int]:
        """The numbers of its cases, those first that have noticed the most of its kind."""
        best = self.best[mutant.vendor, mutant.change.kind]
        names = [each.name for each in mutant.watched.cases]
        return sorted(range(len(names)), key=lambda number: -best[names[number]])

    def found(self, mutant: Mutant, case: int | None) -> None:
        """Keep that a case noticed it, or that it can't even be read; None is the latter."""
        self.noticed[mutant.change.kind] += 1
        if case is None:
            self.refused += 1
        else:
            self.best[mutant.vendor, mutant.change.kind][mutant.watched.cases[case].name] += 1

    def by_hand(self, mutants: Iterable[Mutant]) -> None:
        """Play those of Datadog and Sentry."""
        for mutant in mutants:
            if mutant.spoilt is None:
                self.found(mutant, None)
                continue
            order = self.order(mutant)
            readings = (True, False) if isinstance(mutant.spoilt, datadog.Watched) else (False,)
            number = next((each for once in readings for each in order if self._notices(mutant, each, once=once)), None)
            if number is None:
                self.survivors.append(mutant)
            else:
                self.found(mutant, number)

    def _notices(self, mutant: Mutant, number: int, *, once: bool) -> bool:
        """Whether a case comes out otherwise than the product file says."""
        self.played += 1
        return any(True for _ in _judged(mutant, number, once=once))

    def by_engine(self, mutants: Sequence[tuple[Mutant, Declared]], command: Path) -> None:
        """Play those of Grafana, in rounds: each living mutant's next case."""
        living: list[_Living] = []
        for mutant, declared in mutants:
            if mutant.spoilt is None:
                self.found(mutant, None)
            else:
                living.append(_Living(mutant, declared, self.order(mutant)))
        while living:
            noticed: set[int] = set()
            self.played += len(living)
            alone = self._round(living, command, noticed, AT_ONCE)
            self._round(alone, command, noticed, 1)
            left = []
            for each in living:
                number = each.order.pop(0)
                if id(each) in noticed:
                    self.found(each.mutant, number)
                elif each.order:
                    left.append(each)
                else:
                    self.survivors.append(each.mutant)
            living = left

    def _round(self, living: Sequence[_Living], command: Path, noticed: set[int], together: int) -> list[_Living]:
        """Ask for those together that need the same data; those that one of them spoils, which come back, alone."""
        asked: dict[str, tuple[list[_Living], list[str]]] = {}

        def requests() -> Iterator[dict[str, object]]:
            groups: dict[tuple[str, int], list[_Living]] = defaultdict(list)
            for each in living:
                groups[each.watched.rule.uid, each.order[0]].append(each)
            for (uid, number), group in groups.items():
                for few in _few(group, together):
                    texts = sorted({text for each in few for text in each.texts})
                    name = f"{uid}:{number}:{len(asked)}"
                    asked[name] = list(few), texts
                    base = request(few[0].watched, number)
                    yield base | {"id": name, "queries": {str(place): text for place, text in enumerate(texts)}}

        again: list[_Living] = []
        for answer in ask(command, requests()):
            few, texts = asked[answer.id]
            if answer.error and together > 1:
                again += few
                continue
            by_text = {text: answer.results.get(str(place), []) for place, text in enumerate(texts)}
            noticed |= {id(each) for each in few if answer.error or each.noticed(by_text)}
        return again


@dataclass(eq=False)
class _Living:
    """A mutant of Grafana that no case has noticed yet, and the cases that are left."""

    mutant: Mutant
    declared: Declared
    order: list[int]

    @property
    def watched(self) -> GrafanaWatched:
        """The alert as it ships."""
        assert isinstance(self.mutant.watched, GrafanaWatched)
        return self.mutant.watched

    @property
    def spoilt(self) -> GrafanaWatched:
        """The alert with the change."""
        assert isinstance(self.mutant.spoilt, GrafanaWatched)
        return self.mutant.spoilt

    @property
    def texts(self) -> set[str]:
        """The queries that it needs the results of."""
        return set(queries_of(self.spoilt).values())

    def noticed(self, by_text: dict[str, list]) -> bool:  # type: ignore[type-arg]
        """Whether its next case comes out otherwise than the product file says."""
        spoilt = self.spoilt
        results = {ref: by_text[text] for ref, text in spoilt.rule.queries.items()}
        late = spoilt.late.queries if spoilt.late else {}
        results |= {f"late {ref}": by_text[text] for ref, text in late.items()}
        answer = Answer("", results)
        return any(True for _ in judge_grafana(spoilt, self.declared, self.order[0], answer))


def _few(group: Sequence[_Living], number: int) -> Iterator[Sequence[_Living]]:
    return (group[place : place + number] for place in range(0, len(group), number))


def _judged(mutant: Mutant, number: int, *, once: bool) -> Iterator[object]:
    spoilt = mutant.spoilt
    if isinstance(spoilt, datadog.Watched):
        case = spoilt.cases[number]
        assert isinstance(case, Case)
        yield from datadog.judge(spoilt, case, once=once)
    elif isinstance(spoilt, sentry.Watched):
        yield from sentry.judge(spoilt, spoilt.cases[number])
    else:
        raise UnplayableError("asked of the query engine")
