"""The cases of an alert with a cause: what is told of it while that fires, nearly fires, warns, or reports nothing.

Each cause by itself, while others' causes fare the other way. It is noticed as late as it may be, and over at once,
while what follows from it begins at once and is over a minute later.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from components.vocabulary.at_datadog import ServiceCheck
from components.vocabulary.thresholds import Threshold
from proof.cases import AFTER, BEFORE, Case, beginning, expected, far
from proof.emissions import PUBLISHED
from proof.levels import levels_of, so
from proof.story import Phase, Spell, Story
from proof.times import LATER
from proof.truth import HOUR, MINUTE, REPORTS, Truth

LINGERS = MINUTE  # for which what followed from a cause goes on after it: connections are opened again


def caused(truth: Truth) -> Iterator[Case]:
    """The cases of each of its causes."""
    for place in range(len(truth.causes)):
        made = _Caused(truth, place)
        yield from made.fires()
        yield from made.nearly()
        yield from made.silent()


@dataclass(frozen=True)
class _Caused:
    """An alert and one of its causes."""

    truth: Truth
    place: int

    @cached_property
    def cause(self) -> Truth:
        return self.truth.causes[self.place]

    @cached_property
    def name(self) -> str:
        return f"its cause{f' {self.cause.alert.name}' if len(self.truth.causes) > 1 else ''}"

    @cached_property
    def start(self) -> Story:
        return beginning(self.truth, levels_of(self.truth))

    @cached_property
    def far(self) -> int:
        """Seconds after which nothing more comes of what has been so all the time, and others have been told too."""
        return far(self.truth) * MINUTE + self.truth.told_apart

    @cached_property
    def rest(self) -> int:
        """Seconds for which it goes on firing at the end of a case: long enough for others to be told, too."""
        return 2 * self.truth.slack + AFTER * MINUTE + self.truth.told_apart

    @cached_property
    def rounds(self) -> int:
        """Seconds after which both are probed at once again."""
        every = [each.interval(check) for each in (self.truth, self.cause) for check in each.checks]
        return math.lcm(MINUTE, *every, *(PUBLISHED for each in every if each > PUBLISHED))

    @cached_property
    def first(self) -> int:
        """The first moment at which both are probed after all has been well for long enough."""
        return _up(BEFORE * MINUTE, self.rounds)

    @cached_property
    def begin(self) -> int:
        """When trouble begins of which the cause is noticed last."""
        return self.first + self.cause.unnoticed

    @cached_property
    def end(self) -> int:
        """When the cause is over, and seen to be so at once."""
        return _up(self.begin + self.far, self.rounds)

    def just(self, length: int) -> int:
        """When trouble of the cause begins that lasts so long: reports end just before an evaluation."""
        if isinstance(self.cause.when, ServiceCheck):
            return self.first + (LATER + REPORTS // 2 - length) % MINUTE
        return self.first

    def over(self, at: int) -> int:
        """When what follows from a cause is over that is over at a moment: where it is probed, by the next probe."""
        return _up(at + LINGERS, max((self.truth.interval(check) for check in self.truth.checks), default=1))

    def bad(self, begin: int, end: int, *, goes_on: bool = False) -> Story:
        """As bad as can be from a moment to another, and then well for as long as anything comes of it."""
        levels = levels_of(self.truth)
        worst, well = Phase(0, levels.worst, levels.rate), Phase(0, levels.well, levels.rate)
        story = self.start.then(
            *([replace(well, minutes=(begin - self.start.end) / MINUTE)] if begin > self.start.end else []),
            replace(worst, minutes=(end - begin) / MINUTE),
        )
        return story if goes_on else story.then(replace(well, minutes=2 * self.far / MINUTE))

    def said(self, begin: int, end: int | None, cause: str) -> str:
        until = "on" if end is None else f"to {end // MINUTE}"
        worst = so(self.truth, levels_of(self.truth).worst)
        return f"{worst} from minute {begin // MINUTE} {until}; what {self.cause.alert.name} watches {cause}"

    def case(
        self, name: str, story: Story, fires: tuple[tuple[int, int | None], ...], said: str, *spells: Spell
    ) -> Case:
        here = tuple(replace(each, of=self.place) for each in spells)
        return Case(f"{self.name} {name}", said, story, fires, caused=here)

    def fires(self) -> Iterator[Case]:
        """Silent beside it, and told when it goes on without that."""
        begin, end, held = self.begin, self.end, self.truth.held
        spell = Spell(begin + self.cause.missed, end, "bad")
        cause = f"is as bad until minute {end // MINUTE}"
        over = self.over(end)
        yield self.case("fires", self.bad(begin, over), (), self.said(begin, over, cause), spell)
        until = end + held + self.rest
        alone = self.bad(begin, until, goes_on=True)
        yield self.case("ends", alone, ((end + held, None),), self.said(begin, None, cause), spell)

    def nearly(self) -> Iterator[Case]:
        """Told where the cause isn't bad enough to fire; silent where it is just bad enough."""
        if isinstance(self.cause.when, Threshold):
            yield self.told("nearly fires", self.begin, "is just not bad enough", Spell(self.begin, self.end, "near"))
        if short := self.cause.takes(1):
            begin = self.just(short)
            spell = Spell(begin, begin + short, "bad")
            yield self.told("nearly fires", begin, f"is as bad for {short} s, too short to fire", spell)
        if just := self.cause.takes():
            just += MINUTE if self.cause.checks else 0  # results are looked at once a minute
            begin = self.just(just)
            over = self.over(begin + just)
            story = self.bad(begin, over)
            if expected(self.truth, story):  # it would fire without its cause
                said = self.said(begin, over, f"is as bad for {just} s, as long as it takes to fire")
                yield self.case("just fires", story, (), said, Spell(begin, begin + just, "bad"))
        if isinstance(self.cause.when, ServiceCheck):
            lasts = self.truth.held + MINUTE
            spell = Spell(self.begin, self.begin + lasts, "warns")
            yield self.told("warns", self.begin, f"warns for {lasts // MINUTE} minutes", spell)

    def silent(self) -> Iterator[Case]:
        """Told once it isn't known whether the cause fires: by then, nobody may have been woken."""
        begin, end, unknown = self.begin, self.end, self.truth.unknown
        later = begin + _up(min(unknown + self.truth.slack, HOUR), self.rounds)
        lost = Spell(0, self.over(later + self.far) + 2 * self.far, "lost")
        yield self.told("is silent", later, "reports nothing from minute 0 on", lost)

        (fires, _), *_ = expected(self.truth, self.bad(begin, begin + self.far))
        silent = _up(fires + self.truth.reminded + self.truth.slack, self.rounds)
        lasts = silent - begin + unknown + self.far
        lost = Spell(silent, self.over(begin + lasts) + 2 * self.far, "lost")
        said = f"reports nothing from minute {silent // MINUTE} on"
        yield self.told("falls silent beside it", begin, said, lost, lasts=lasts)

        bad = Spell(begin + self.cause.missed, end, "bad")
        until = end + unknown + self.rest
        story = self.bad(begin, until, goes_on=True)
        said = self.said(begin, None, f"is as bad, and reports nothing from minute {end // MINUTE} on")
        fires_then = ((end + unknown, None),)
        yield self.case("falls silent while it fires", story, fires_then, said, bad, Spell(end, story.end, "lost"))

        back = end + unknown * 3 // 4 // self.rounds * self.rounds
        ends = back + self.rounds
        over = self.over(ends)
        said = f"is as bad until minute {ends // MINUTE}, and reports nothing from minute {end // MINUTE}"
        said = self.said(begin, over, f"{said} to {back // MINUTE}")
        spells = bad, Spell(end, back, "lost"), Spell(back, ends, "bad")
        yield self.case("falls silent for a while", self.bad(begin, over), (), said, *spells)

    def told(self, name: str, begin: int, cause: str, *spells: Spell, lasts: int = 0) -> Case:
        """A case in which it fires as it would without its cause."""
        over = self.over(begin + (lasts or self.far))
        story = self.bad(begin, over)
        return self.case(name, story, expected(self.truth, story), self.said(begin, over, cause), *spells)


def _up(at: int, to: int) -> int:
    return -(-at // to) * to


def beside(case: Case, causes: tuple[Truth, ...]) -> Iterator[tuple[Truth, Story]]:
    """What happens to each cause in a case: all is well but in its spells, and lost where everything is."""
    story = case.story
    lost = [Spell(begin, end, "lost") for begin, end, phase in story.spans if phase.lost and phase.of is None]
    for place, cause in enumerate(causes):
        levels = levels_of(cause)
        values = {"bad": levels.worst, "near": levels.near, "warns": 0.5, "lost": levels.well}
        spells = [*lost, *(each for each in case.caused if each.of == place)]
        edges = sorted({story.start, 0, story.end, *(edge for each in spells for edge in (each.begin, each.end))})
        phases = []
        for begin, end in itertools.pairwise(edges):
            how = next((each.how for each in spells if each.begin <= begin < each.end), None)
            value = levels.well if how is None else values[how]
            phases.append(Phase((end - begin) / MINUTE, value, levels.rate, lost=how == "lost"))
        yield cause, Story(tuple(phases))
