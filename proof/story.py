"""What happens in a case: phases in which the truth about an alert's signal stands still."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from itertools import accumulate
from typing import Literal

EPOCH = 1699833600  # 2023-11-13, a Monday, 00:00 UTC: second 0 of every story


@dataclass(frozen=True)
class Phase:
    """Some minutes. `value` is the signal's, in its unit; `rate` events per second, where it is made of events.

    Of counts the value is that over a whole window; of a check 1 or 0; of a certificate the seconds it is still valid
    at the beginning. `lost`: nothing at all is received. With `of`, all that holds for one of several metrics, checks
    or probe locations, by its place; the others are well.
    """

    minutes: float
    value: float
    rate: float = 1.0
    lost: bool = False
    of: int | None = None


@dataclass(frozen=True)
class Spell:
    """What is otherwise of one of an alert's causes, by its place: from and to, in seconds of the story."""

    begin: int
    end: int
    how: Literal["bad", "near", "warns", "lost"]
    of: int = 0


@dataclass(frozen=True)
class Story:
    """Phases in order. The first one ends at minute 0 and is as long as whatever looks back needs."""

    phases: tuple[Phase, ...]

    @cached_property
    def start(self) -> int:
        """When it begins, in seconds: before 0."""
        return -round(60 * self.phases[0].minutes)

    @cached_property
    def end(self) -> int:
        """When it ends, in seconds."""
        return round(60 * sum(phase.minutes for phase in self.phases[1:]))

    @cached_property
    def spans(self) -> tuple[tuple[int, int, Phase], ...]:
        """Each phase with its beginning and end in seconds."""
        lengths = [round(60 * phase.minutes) for phase in self.phases]
        ends = [self.start + end for end in accumulate(lengths)]
        return tuple((end - length, end, phase) for phase, length, end in zip(self.phases, lengths, ends, strict=True))

    def at(self, second: float) -> tuple[Phase, int]:
        """The phase of a moment, and when that began."""
        found = self.start, self.phases[0]
        for begin, _, phase in self.spans:
            if begin <= second:
                found = begin, phase
        return found[1], found[0]

    def parts(self, begin: float, end: float) -> list[tuple[float, Phase]]:
        """How many seconds of which phases lie between two moments, without those of which nothing is known."""
        found = [(min(end, until) - max(begin, since), phase) for since, until, phase in self.spans]
        return [(length, phase) for length, phase in found if length > 0 and not phase.lost]

    def events(self, window: int) -> list[float]:
        """When single events happen of which there are the value's number in each window."""
        found: list[float] = []
        for begin, end, phase in self.spans:
            if phase.value and not phase.lost:
                apart = window / phase.value
                found += [begin + 1 + n * apart for n in range(int((end - begin - 1) / apart) + 1)]
        return found

    def then(self, *phases: Phase) -> Story:
        """The story with more at its end."""
        return replace(self, phases=(*self.phases, *phases))
