"""One count minus another."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Self, cast

from components.problems import Problem
from components.vocabulary.metrics import Measured
from components.vocabulary.quantities import Amount, Duration, Frequency, Unit
from components.vocabulary.signals import Count, Rate
from components.vocabulary.thresholds import Signal
from components.vocabulary.words import refuse, word


@word
class Difference(Signal):
    """One count or rate minus another, such as requests minus failed ones. It can be drawn, not alerted on."""

    whole: Count | Rate
    less: Count | Rate

    @property
    def window(self) -> Duration | None:  # type: ignore[override]
        """None: a limit on what succeeds is a Ratio."""
        return None

    def over(self, window: Duration, *, at_least: Amount | Frequency | None = None) -> Self:  # noqa: ARG002
        """Refused: a difference is drawn, and a limit on what succeeds is a Ratio."""
        why = "is a window, but a difference can only be drawn."
        return cast("Self", refuse(Problem("over", str(window), why, "a Ratio for an alert")))

    @property
    def by(self) -> tuple[str, ...]:  # type: ignore[override]
        """What both are split by."""
        return self.whole.by

    @property
    def unit(self) -> Unit:
        """That of both."""
        return self.whole.unit

    def metrics(self) -> tuple[Measured, ...]:
        """Both metrics."""
        return (*self.whole.metrics(), *self.less.metrics())

    def describe(self) -> str:
        """`rate of tikit-backend requests without tikit-backend errors`."""
        return f"{self.whole.describe()} without {self.less.metric.spoken}"

    def problems(self) -> Iterator[Problem]:
        """Two that can't be subtracted."""
        if type(self.whole) is not type(self.less) or self.whole.by != self.less.by:
            why = f"can't be subtracted from the {self.whole.describe()}: both need the same unit and by=(…)."
            yield Problem("less", self.less.describe(), why, f"a {type(self.whole).__name__} with the same by=")
        for name, part in (("whole", self.whole), ("less", self.less)):
            if part.window:
                yield Problem(name, str(part.window), "is a window, but a difference can only be drawn.", "no .over(…)")
