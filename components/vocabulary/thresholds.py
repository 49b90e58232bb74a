"""A number that changes over time, and the limit beyond which somebody is notified."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import KW_ONLY
from functools import cached_property
from typing import ClassVar, Literal, Self

from components.problems import MISSING, Problem
from components.vocabulary.metrics import Measured
from components.vocabulary.operators import Unjoined
from components.vocabulary.quantities import (
    Amount,
    Duration,
    Frequency,
    Quantity,
    Share,
    Unit,
    between,
    days,
    percent,
    seconds,
)
from components.vocabulary.words import word

LONGEST = days(31)  # no vendor's alerts look back further
WHOLE_FIFTH = 5  # of fewer events a fifth isn't one: with a single sale, "not one was sold" is over


class Signal(Unjoined):
    """A number that changes over time, named once and given its window where it is used.

    `FAILING = Ratio(API.errors, of=API.requests)` is a line on a dashboard;
    `FAILING.over(minutes(5)).above(percent(5))` is an alert's condition. `by` are the tags that it is grouped by.
    """

    OF_A_WHOLE: ClassVar[bool] = False  # a part of something: never more than all of it
    INSTEAD = "Ratio(…, of=…) for a share, and .above(…) or .below(…) for a limit"
    SAID_AS: ClassVar[Mapping[str, str]] = {"window": "over"}
    ACCUMULATES: ClassVar[bool] = False  # the longer the window, the more of it: a limit holds for one window only

    window: Duration | None
    by: tuple[str, ...]

    @property
    def unit(self) -> Unit:
        """The unit of the number, which a threshold has to match."""
        raise NotImplementedError

    def metrics(self) -> tuple[Measured, ...]:
        """What it is computed from."""
        raise NotImplementedError

    def describe(self) -> str:
        """In words, without window and groups."""
        raise NotImplementedError

    def over(self, window: Duration, *, at_least: Amount | Frequency | None = None) -> Self:
        """The same over a window; with fewer events in it than `at_least`, the traffic gate, nothing fires.

        Signals that have a field `at_least` take a gate: shares of counters, percentiles and means.
        """
        gate = {} if at_least is None else {"at_least": at_least}
        return dataclasses.replace(self, window=window, **gate)  # type: ignore[type-var]

    def measure(self) -> Self:
        """The same signal without window, gate and choice of value: how an alert finds the line that is drawn of it."""
        return self._measure

    @cached_property
    def _measure(self) -> Self:  # kept: each widget asks each alert for it, and building it again checks it again
        plain = {"window": None, "at_least": None, "taking": "average"}
        given = {name: value for name, value in plain.items() if name in self.__dataclass_fields__}  # type: ignore[attr-defined]
        return dataclasses.replace(self, **given)  # type: ignore[type-var]

    def above(
        self,
        critical: Quantity,
        *,
        warn: Quantity | None = None,
        clear: Quantity | None = None,
        lasting: Duration | None = None,
    ) -> Threshold:
        """Alert while it is greater than `critical`, after `lasting`; recover below `clear`.

        Without `clear` it recovers a fifth below `critical`; for a share, a fifth of the way to 0 or 100 %,
        whichever is nearer.
        """
        return Threshold(self, "above", critical, warn=warn, clear=clear, lasting=lasting)

    def below(
        self,
        critical: Quantity,
        *,
        warn: Quantity | None = None,
        clear: Quantity | None = None,
        lasting: Duration | None = None,
    ) -> Threshold:
        """Alert while it is less than `critical`, after `lasting`; recover above `clear`.

        Without `clear` it recovers a fifth above `critical`; for a share, a fifth of the way to 0 or 100 %,
        whichever is nearer.
        """
        return Threshold(self, "below", critical, warn=warn, clear=clear, lasting=lasting)


class Condition(Unjoined):
    """When an alert fires."""

    INSTEAD = "an alert for each condition"

    def signals(self) -> tuple[Signal, ...]:
        """What it watches, without windows; a dashboard draws its thresholds on these."""
        return ()

    def metrics(self) -> tuple[Measured, ...]:
        """Every metric its query names."""
        return tuple(metric for signal in self.signals() for metric in signal.metrics())

    def groups(self) -> tuple[str, ...]:
        """The tags that tell one firing of it from another; its text may name them."""
        return ()

    def describe(self) -> str:
        """In words, with every number."""
        raise NotImplementedError

    def words(self) -> Mapping[str, str]:
        """What a summary may say in braces: {threshold}, {window} ..."""
        return {}


@word
class Threshold(Condition):
    """A signal beyond a limit, with the level at which it warns and the one at which it is over.

    Recovery without `clear`: a fifth closer to healthy than the limit (a fifth of what it is from 0, or from 100 %),
    so that a value at the limit doesn't flap.
    """

    signal: Signal
    sense: Literal["above", "below"]
    critical: Quantity
    _: KW_ONLY
    warn: Quantity | None = None
    clear: Quantity | None = None
    lasting: Duration | None = None

    def signals(self) -> tuple[Signal, ...]:
        """The one signal."""
        return (self.signal.measure(),)

    def metrics(self) -> tuple[Measured, ...]:
        """Those of the signal."""
        return self.signal.metrics()

    def groups(self) -> tuple[str, ...]:
        """What the signal is split by."""
        return self.signal.by

    def recovery(self, limit: Quantity) -> Quantity | None:
        """Where a limit is over again; None without room on the healthy side (nothing is below 0)."""
        if limit is self.critical and self.clear:
            return self.clear
        if limit.number == 0 or (isinstance(limit, Amount) and self.sense == "below" and limit.number < WHOLE_FIFTH):
            return None
        room = abs(limit.number)
        if isinstance(limit, Share):  # a fifth above 90 % would be over 100 %: never reached
            left = percent(100).to(limit.unit) - limit.number
            if left == 0 and self.sense == "below":
                return None
            room = min(room, left) if left > 0 else room
        step = -room / 5 if self.sense == "above" else room / 5
        return type(limit)(limit.number + step, limit.unit)  # type: ignore[call-arg]

    def describe(self) -> str:
        """`errors of requests over 5 minutes above 5 %, warns above 1 %, clears below 4 %`."""
        other = "below" if self.sense == "above" else "above"
        clear = self.recovery(self.critical)
        parts = [
            self.signal.describe(),
            f"by {', '.join(self.signal.by)}" if self.signal.by else "",
            f"over {self.signal.window}" if self.signal.window else "",
            f"{self.sense} {self.critical}",
        ]
        gate = getattr(self.signal, "at_least", None)
        tail = [
            f"with at least {gate} in the window" if gate else "",
            f"for {self.lasting}" if self.lasting else "",
            f"warns {self.sense} {self.warn}" if self.warn else "",
            f"clears {other} {clear}" if clear else "",
        ]
        return ", ".join([" ".join(part for part in parts if part), *(part for part in tail if part)])

    def words(self) -> Mapping[str, str]:
        """The numbers a summary may name."""
        return {
            "threshold": str(self.critical),
            "window": str(self.signal.window),
            **({"warning": str(self.warn)} if self.warn else {}),
        }

    def problems(self) -> Iterator[Problem]:
        """Units that don't meet, limits in the wrong order, no window."""
        limits = {"critical": self.critical, "warn": self.warn, "clear": self.clear}
        given = {name: limit for name, limit in limits.items() if limit is not None}
        strange = {name: limit for name, limit in given.items() if not limit.measures(self.signal.unit)}
        for name, limit in strange.items():
            yield Problem(
                name,
                str(limit),
                f"can't be compared with {self.signal.describe()}, which {self.signal.unit.means}.",
                self.signal.unit.example,
            )
        if self.signal.window is None:
            why = "is missing: a limit holds over some time."
            yield Problem("over", MISSING, why, f"….over(minutes(5)).{self.sense}(…)")
        yield from between("over", self.signal.window, seconds(1), LONGEST)
        yield from between("lasting", self.lasting, seconds(1), LONGEST)
        if not strange:
            yield from self._reachable()
        if not strange and len({type(limit) for limit in given.values()}) == 1:
            yield from self._order()

    def _reachable(self) -> Iterator[Problem]:
        """A limit that is never crossed, or always."""
        if self.sense == "below" and self.critical.number == 0:
            yield Problem("critical", str(self.critical), "would never fire: nothing is less than 0.", "more than 0")
        if not self.signal.OF_A_WHOLE:
            return
        share, instead = self.critical.to("ratio"), "a share between 0 and 100 %"
        if self.sense == "above" and share >= 1:
            yield Problem("critical", str(self.critical), "would never fire: a part can't exceed the whole.", instead)
        if self.sense == "below" and share > 1:
            yield Problem("critical", str(self.critical), "would always fire: a part can't exceed the whole.", instead)

    def _order(self) -> Iterator[Problem]:
        healthy = "below" if self.sense == "above" else "above"
        why = {
            "warn": "the warning would come after the alert.",
            "clear": "the alert would never recover, or flap.",
        }
        for name, limit in (("warn", self.warn), ("clear", self.clear)):
            if limit is None:
                continue
            is_healthy = limit < self.critical if self.sense == "above" else self.critical < limit
            if not is_healthy:
                yield Problem(
                    name,
                    str(limit),
                    f"is not {healthy} the critical {self.critical}: {why[name]}",
                    f"a quantity {healthy} {self.critical}",
                )
