"""What a product's metrics report on an ordinary day, and what while the limit of one of its alerts is crossed.

All of it is made up, of the product file alone. No query is known here: one that asks for something else finds nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from components.scope import Scope
from components.vocabulary.conditions import Absence, Anomaly, BudgetBurns
from components.vocabulary.differences import Difference
from components.vocabulary.metrics import Kind, Measured
from components.vocabulary.objectives import Objective
from components.vocabulary.quantities import Unit
from components.vocabulary.signals import Count, Level, Mean, Percentile, Rate, Ratio, Total, Used, Within
from components.vocabulary.thresholds import Signal, Threshold
from proof.levels import BUSY, levels_of
from proof.sources import Tags, signals, sources
from proof.truth import Truth

LEVELS = {Unit.RATIO: 0.5, Unit.PERCENT: 50.0, Unit.SECONDS: 0.1, Unit.MILLISECONDS: 100.0, Unit.BYTES: 1e9}
ORDINARY = 50.0  # a level of any other unit
FULL = 0.9  # of a whole, what a part is at most that has no share of its own
SHARE = 0.5  # of the budget that is used, and of what nothing is said about


@dataclass
class State:
    """What sources report, by number: a level, or events per second; the usual size of a distribution's values.

    None: nothing is received.
    """

    amount: dict[int, float | None] = field(default_factory=dict)
    size: dict[int, float] = field(default_factory=dict)

    def copy(self) -> State:
        """One that can be changed."""
        return State(dict(self.amount), dict(self.size))


class Usual:
    """A product in one environment on an ordinary day."""

    def __init__(self, scope: Scope, truths: Sequence[Truth]) -> None:
        self.scope, self.truths = scope, truths
        self._of: dict[tuple[str, Tags], list[int]] = {}
        self.sources = sources(scope)
        self.signals = signals(scope)
        self.well = self._well()

    def of(self, metric: Measured) -> list[int]:
        """The sources that a metric means, as it is narrowed."""
        key = metric.name, metric.only
        if key not in self._of:
            named = (each for each in self.sources if each.metric.name == metric.name)
            self._of[key] = [each.number for each in named if set(metric.only) <= set(each.tags)]
        return self._of[key]

    def _well(self) -> State:
        state = State({}, {})
        for each in self.sources:
            metric = each.metric
            level = LEVELS.get(metric.unit, ORDINARY)
            if metric.most is not None:
                level = min(level, float(metric.most.to(metric.unit)) / 2)
            state.amount[each.number] = level if metric.kind is Kind.GAUGE else BUSY / 2
            state.size[each.number] = level
        for truth in self.truths:
            for metric in _counted(truth.when):
                self._at_least(state, metric, truth.gate * 1.25 / truth.window)
        # Shares after what they are shares of, whatever the order in which they are declared.
        for _ in range(3):
            for signal in self.signals:
                self._ordinary(state, signal)
        return state

    def _ordinary(self, state: State, signal: Signal) -> None:
        wells = [
            (truth.when.sense, levels_of(truth).well, truth.window)
            for truth in self.truths
            if isinstance(truth.when, Threshold) and truth.when.signals()[0] == signal.measure()
        ]
        if wells:
            low = wells[0][0] == "above"
            _, value, window = (min if low else max)(wells, key=lambda well: well[1] / (well[2] or 1))
            self.put(state, signal, value, window)
        elif isinstance(signal, Ratio | Used):
            self.put(state, signal, self._share(signal), 1)
        elif isinstance(signal, Difference):
            whole, less = (self._sum(state, part.metric) for part in (signal.whole, signal.less))
            if less > whole:
                self._spread(state, signal.less.metric, whole * SHARE)
        elif isinstance(signal, Within):
            self._size(state, signal.metric, float(signal.limit.to(signal.metric.unit)) / 2)

    def _share(self, signal: Ratio | Used) -> float:
        """Half of what an objective allows to fail."""
        for objective in self.scope.product.objectives:
            budget = SHARE * float(1 - objective.target.to("ratio"))
            if objective.bad == signal:
                return budget
            if objective.good == signal:
                return 1 - budget
        return SHARE

    def during(self, alert: Truth) -> State:
        """While the alert's limit is crossed."""
        state, when, levels = self.well.copy(), alert.when, levels_of(alert)
        match when:
            case Threshold(signal=signal):
                self.put(state, signal, levels.bad, alert.window)
            case Anomaly(signal=signal):
                for metric in signal.metrics():
                    self._scale(state, metric, levels.bad)
                self._fit(state, signal.metrics())
            case BudgetBurns(objective=objective):
                self._burn(state, objective, levels.bad)
            case Absence():
                down = {metric.source for metric in when.metrics()}
                state.amount |= {each.number: None for each in self.sources if each.metric.source in down}
            case _:
                pass
        return state

    def _burn(self, state: State, objective: Objective, bad: float) -> None:
        match objective.good:
            case None if objective.bad is not None:
                self.put(state, objective.bad, bad, 1)
            case Threshold(signal=signal):
                self.put(state, signal, bad, signal.window.seconds if signal.window else 1)
            case Ratio() as good:
                self.put(state, good, 1 - bad, 1)
            case Within() as good:
                self._size(state, good.metric, 2 * float(good.limit.to(good.metric.unit)))

    def put(self, state: State, signal: Signal, value: float, window: int) -> None:
        """Have the sources report what makes a signal so high."""
        match signal:
            case Ratio(part=part):
                self._part(state, part, signal.whole, value)
            case Used(free=free, of=whole):
                self._part(state, free, (whole,), 1 - value)
            case Level():
                for metric in signal.metrics():
                    state.amount |= dict.fromkeys(self.of(metric), value / len(signal.metrics()))
            case Percentile(metric=metric) | Mean(metric=metric):
                self._size(state, metric, value)
            case Within(metric=metric):
                self._size(state, metric, float(signal.limit.to(metric.unit)) * (0.5 if value > SHARE else 2))
            case Count(metric=metric):
                self._spread(state, metric, value / window)
            case Rate(metric=metric):
                self._spread(state, metric, value)
            case Total(metric=metric):
                self._size(state, metric, value / window / (self._sum(state, metric) or 1))
            case _:
                return
        self._fit(state, signal.metrics())

    def _part(self, state: State, part: Measured, whole: tuple[Measured, ...], share: float) -> None:
        mine, all_of = self.of(part), list(dict.fromkeys(n for metric in whole for n in self.of(metric)))
        if not mine or not all_of:
            return
        rest = [number for number in all_of if number not in mine]
        total = sum(state.amount[number] or 0.0 for number in all_of)
        within = len(rest) < len(all_of)
        state.amount |= dict.fromkeys(mine, share * total / len(mine))
        if within and rest:
            state.amount |= dict.fromkeys(rest, (1 - share) * total / len(rest))

    def _fit(self, state: State, given: Sequence[Measured]) -> None:
        """No part is more than its whole: what is `given` stays, and the others follow it."""
        for _ in range(2):
            for ratio in (each for each in self.signals if isinstance(each, Ratio)):
                part, whole = self._sum(state, ratio.part), sum(self._sum(state, each) for each in ratio.whole)
                if part <= whole or ratio.part in ratio.whole:
                    continue
                if ratio.part in given and not set(ratio.whole) & set(given):
                    for each in ratio.whole:
                        self._scale(state, each, part / whole / FULL)
                else:
                    self._scale(state, ratio.part, FULL * whole / part)

    def _at_least(self, state: State, metric: Measured, amount: float) -> None:
        if amount > self._sum(state, metric):
            self._spread(state, metric, amount)

    def _sum(self, state: State, metric: Measured) -> float:
        return sum(state.amount[number] or 0.0 for number in self.of(metric))

    def _spread(self, state: State, metric: Measured, amount: float) -> None:
        found = self.of(metric)
        state.amount |= dict.fromkeys(found, amount / max(1, len(found)))

    def _scale(self, state: State, metric: Measured, factor: float) -> None:
        state.amount |= {number: (state.amount[number] or 0.0) * factor for number in self.of(metric)}

    def _size(self, state: State, metric: Measured, size: float) -> None:
        state.size |= dict.fromkeys(self.of(metric), size)


def _counted(when: object) -> Iterator[Measured]:
    """What an alert's traffic gate counts."""
    signal: object = when.signal if isinstance(when, Threshold) else None
    if isinstance(when, BudgetBurns):
        signal = when.objective.good if when.objective.bad is None else when.objective.bad
    if isinstance(signal, Ratio):
        yield from signal.whole
    elif isinstance(signal, Percentile | Mean | Within):
        yield signal.metric
