"""Which recorded series the rules of a stack read, and which of them can't be used for it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from components.datadog.language import expression as parts
from components.datadog.language.tree import MetricMonitor, Search, ServiceCheck
from components.grafana.rules import rule_uid
from proof.datadog import monitors
from proof.datadog.data import matches
from proof.grafana.play import Watched, queries_of
from proof.grafana.rules import Declared, Rule
from proof.grafana.telemetry import Selector, selectors
from proof.samples import Recorded
from proof.told import everybody
from proof.truth import HOUR, Truth
from proof.unplayable import UnplayableError
from review.recorder import Recording

LOGS = "log lines can't be recorded"


@dataclass(frozen=True)
class Rules:
    """What one commit declares for a stack, at both vendors that evaluate series."""

    grafana: Declared
    datadog: monitors.Declared

    @classmethod
    def of(cls, recording: Recording) -> Rules:
        """Those of a recorded stack. Raises UnplayableError."""
        return cls(Declared.of(recording), monitors.declared(recording))


@dataclass(frozen=True)
class Watching:
    """An alert, and the rule or monitor that a commit declares for it; None where it doesn't."""

    truth: Truth
    rule: Rule | None = None
    late: Rule | None = None
    monitor: monitors.Monitor | None = None

    @property
    def name(self) -> str:
        """`tikit, high-error-rate`."""
        return f"{self.truth.scope.product.name}, {self.truth.alert.name}"

    @property
    def declared(self) -> bool:
        """Whether there is anything that could fire."""
        return self.rule is not None or self.monitor is not None

    @property
    def window(self) -> int:
        """How far it looks back, in seconds."""
        return self.truth.window + self.truth.lasting

    @property
    def woken(self) -> frozenset[str]:
        """Whom it may wake: `PagerDuty tikit`."""
        return frozenset(str(each) for each in everybody(self.truth.scope, self.truth.alert) if each.wakes)


def watching(truth: Truth, rules: Rules) -> Watching:
    """What a commit declares for an alert."""
    scope, name = truth.scope, truth.alert.name
    found = rules.grafana.rules
    if rule := found.get(rule_uid(scope, truth.alert)):
        return Watching(truth, rule, found.get(rule_uid(scope, truth.alert, escalated=True)))
    return Watching(truth, monitor=rules.datadog.monitors.get(scope.logical(name)))


def needs(each: Watching, rules: Rules) -> Iterator[Selector | parts.Metric]:
    """What an alert reads. Raises UnplayableError where that can't be recorded."""
    if each.rule:
        if each.rule.language != "promql":
            raise UnplayableError(LOGS)
        watched = Watched("", each.truth, each.rule, each.late)
        yield from sorted({found for text in queries_of(watched).values() for found in selectors(text)})
    elif each.monitor:
        for monitor in rules.datadog.parts(each.monitor) or (each.monitor,):
            if monitor is each.monitor or not isinstance(monitor.query, ServiceCheck):  # else a cause: taken as well
                yield from _metrics(monitor, rules)


def _metrics(monitor: monitors.Monitor, rules: Rules) -> Iterator[parts.Metric]:
    query = monitor.query
    if isinstance(query, MetricMonitor):
        if monitor.unusual:
            raise UnplayableError("what Datadog expects of it isn't documented, so anomalies can't be replayed")
        found = query.expression
        if query.evaluation.aggregator == "percentile":
            raise UnplayableError("single values can't be recorded, so percentiles can't be replayed")
        yield from _single(found)
    elif isinstance(query, Search) and query.source == "burn_rate":
        objective = rules.datadog.objectives[query.text]
        for side in (objective.good, objective.total, objective.sliced):
            yield from _single(side) if side is not None else ()
    else:
        raise UnplayableError(LOGS if isinstance(query, Search) else "runs of the agent's checks can't be recorded")


def _single(expression: parts.Expression) -> Iterator[parts.Metric]:
    for metric in parts.metrics(expression):
        if metric.aggregator not in ("sum", "avg", "min", "max"):
            raise UnplayableError("single values can't be recorded, so what is computed from them can't be replayed")
        yield metric


def reads(need: Selector | parts.Metric, series: Recorded) -> bool:
    """Whether a series is one that a rule reads."""
    if isinstance(need, parts.Metric):
        there = need.name == series.metric and series.vendor == "datadog"
        return there and matches(need.scope, series.labels) and all(tag in series.labels for tag in need.by)
    return (
        series.vendor == "grafana"
        and need.name == series.metric
        and all(series.labels.get(key) == value for key, value in need.equal)
        and all(re.fullmatch(text, series.labels.get(key, "")) for key, text in need.matching)
    )


@dataclass
class Fitted:
    """What each alert reads of the recordings; why some can't be replayed; and what is wrong with the recordings."""

    series: dict[str, list[Recorded]]
    without: dict[str, str]
    problems: list[str]


def fit(watched: Sequence[Watching], rules: Rules, recorded: Sequence[Recorded]) -> Fitted:
    """Give each alert its series. A series that no alert can use is a problem, and why none can is said."""
    fitted = Fitted({}, {}, [])
    used: set[int] = set()
    useless: dict[int, str] = {}
    known: set[str] = set()
    for each in (each for each in watched if each.declared):
        try:
            wanted = list(needs(each, rules))
        except UnplayableError as problem:
            fitted.without[each.name] = str(problem)
            continue
        known |= {need.name for need in wanted}
        found = {id(need): [series for series in recorded if reads(need, series)] for need in wanted}
        mine = list({id(series): series for those in found.values() for series in those}.values())
        few = {id(series): why for series in mine if (why := _too_little(each, series))}
        useless |= few
        if missing := sorted({need.name for need in wanted if not found[id(need)]}):
            used |= {id(series) for series in mine} - set(few)
            fitted.without[each.name] = f"no series of {', '.join(missing)}"
        elif few:
            fitted.without[each.name] = next(iter(few.values()))
        else:
            used |= {id(series) for series in mine}
            fitted.series[each.name] = mine
    for series in recorded:
        if id(series) in used:
            continue
        why = "no rule reads this metric. Instead: the vendor's name of a metric that an alert is on"
        if series.metric in known:
            why = "no rule reads a series with these labels. Instead: the labels that the application sends"
        if id(series) in useless:
            why = f"{useless[id(series)]}. Instead: a longer recording, with a sample each minute"
        fitted.problems.append(f"{series}: {why}")
    return fitted


def _too_little(each: Watching, series: Recorded) -> str:
    """Why an alert can't be replayed on a series: it is too short, or too coarse for what is counted of it."""
    lasts = series.times[-1] - series.times[0]
    if lasts <= each.window:
        return f"{series.metric} lasts {lasts / HOUR:.1f} h, and {each.name} looks back {each.window / HOUR:.1f} h"
    if series.every * 2 > each.window and not each.truth.checks:
        return f"{series.metric} has a sample every {series.every:.0f} s, and {each.name} looks back {each.window} s"
    return ""
