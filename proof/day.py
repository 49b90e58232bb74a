"""Some made-up days of a product: all is well but for spells, each beyond the limit of one alert."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from components.scope import Scope
from components.vocabulary.log_signals import LogCount
from components.vocabulary.thresholds import Threshold
from proof.levels import levels_of
from proof.sources import unique
from proof.truth import DAY, HOUR, MINUTE, Truth
from proof.usual import State, Usual

WAVE = (1.0, 1.0, 1.1, 1.3, 1.5, 1.6, 1.5, 1.3)  # of events, by three hours of the day; never fewer than gates want
SPREAD = ((0.9, 0.5), (1.0, 0.5))  # of a distribution's values: at so much of their size, such a share
SELDOM = 600  # seconds between log lines that no alert is about

Amounts = Sequence[tuple[int, int, float | None]]  # from, until, a level or events per second; None is not received


@dataclass(frozen=True)
class Spell:
    """From and until when, in seconds of the day, one alert's limit is crossed."""

    begin: int
    end: int
    truth: Truth


@dataclass(frozen=True)
class Days:
    """A product's days from `start` (before 0) to `end`, in seconds."""

    usual: Usual
    spells: tuple[Spell, ...]
    start: int
    end: int

    @property
    def scope(self) -> Scope:
        """Of the product."""
        return self.usual.scope

    def spell(self, moment: int) -> Spell | None:
        """The spell of a moment."""
        return next((each for each in self.spells if each.begin <= moment < each.end), None)

    @cached_property
    def parts(self) -> tuple[tuple[int, int, State, float], ...]:
        """From, until, what is reported, and by what events are multiplied at that hour."""
        states = {id(each): self.usual.during(each.truth) for each in self.spells}
        hours = range(self.start // (3 * HOUR) * 3 * HOUR, self.end, 3 * HOUR)
        ends = {at for each in self.spells for at in (each.begin, each.end)}
        edges = sorted({self.start, self.end, *ends, *(at for at in hours if at > self.start)})
        found = []
        for begin, until in pairwise(edges):
            spell = self.spell(begin)
            wave = 1.0 if spell else WAVE[begin % DAY // (3 * HOUR)]
            found.append((begin, until, states[id(spell)] if spell else self.usual.well, wave))
        return tuple(found)

    def levels(self, number: int) -> Amounts:
        """Of a gauge."""
        return [(begin, until, state.amount[number]) for begin, until, state, _ in self.parts]

    def events(self, number: int) -> Amounts:
        """Of a counter or a distribution, a second."""
        amounts = ((begin, until, state.amount[number], wave) for begin, until, state, wave in self.parts)
        return [(begin, until, None if many is None else many * wave) for begin, until, many, wave in amounts]

    def sizes(self, number: int) -> list[float]:
        """Of a distribution's values."""
        return [state.size[number] for _, _, state, _ in self.parts]

    @cached_property
    def counted(self) -> tuple[LogCount, ...]:
        """The kinds of log lines that something counts, without the one that counts all."""
        found = unique(each.measure() for each in self.usual.signals if isinstance(each, LogCount))
        logs = (each for each in found if isinstance(each, LogCount))
        return tuple(each for each in logs if each.statuses != ("*",) or each.fields or each.message)

    def lines(self, signal: LogCount) -> list[float]:
        """When lines of a kind come."""
        watching = [each for each in self.usual.truths if _counts(each, signal)]
        well = min((levels_of(each).well / each.window for each in watching), default=1 / SELDOM)
        found = []
        for begin, until, *_ in self.parts:
            spell = self.spell(begin)
            bad = spell is not None and spell.truth in watching
            rate = levels_of(spell.truth).bad / spell.truth.window if spell and bad else well
            if rate and not self.silent(begin):
                found += [begin + 1 + n / rate for n in range(int((until - begin - 1) * rate) + 1)]
        return found

    def ordinary(self) -> list[float]:
        """When lines come that show no more than that logs arrive."""
        spans = [(begin, until) for begin, until, *_ in self.parts if not self.silent(begin)]
        return [float(at) for begin, until in spans for at in range(begin, until, MINUTE)]

    def silent(self, moment: int) -> bool:
        """Whether no log line at all is received: an alert on that has its spell."""
        spell = self.spell(moment)
        return spell is not None and spell.truth.silence and isinstance(spell.truth.when, Threshold)


def _counts(truth: Truth, signal: LogCount) -> bool:
    return isinstance(truth.when, Threshold) and truth.when.signal.measure() == signal


def spells(truths: Sequence[Truth], begin: int, end: int) -> tuple[Spell, ...]:
    """One for each alert, after one another; as long as it takes to fire, if there is room for that."""
    slot = (end - begin) // max(1, len(truths))
    found = []
    for number, truth in enumerate(truths):
        at = (begin + number * slot) // MINUTE * MINUTE
        lasts = min(slot // 2, truth.window + truth.lasting + truth.slack + 15 * MINUTE) // MINUTE * MINUTE
        found.append(Spell(at, at + lasts, truth))
    return tuple(found)
