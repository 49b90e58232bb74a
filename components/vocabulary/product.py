"""A product: what is watched, how bad each thing is, and who is notified."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import KW_ONLY, field
from functools import cached_property
from itertools import chain
from typing import Literal, Protocol

from components.problems import MISSING, Problem, nearest
from components.vocabulary.alerts import Alert
from components.vocabulary.at_datadog import LogIndex, LogMetric, PostMortem, StatusPage
from components.vocabulary.at_grafana import Scrape
from components.vocabulary.causes import strange_causes
from components.vocabulary.checks import Check
from components.vocabulary.conditions import BudgetBurns, Evaluator, checks_of, evaluator_of
from components.vocabulary.dashboards import Dashboard, Standing, Widget
from components.vocabulary.error_tracking import ErrorTracking, Issues
from components.vocabulary.excuses import Excuse
from components.vocabulary.guarded import guarding_checks, guarding_logs, guarding_objectives
from components.vocabulary.heartbeat import Heartbeat
from components.vocabulary.log_signals import LogCount
from components.vocabulary.maintenance import Maintenance
from components.vocabulary.metrics import Measured, Metric, Service, TraceMetric
from components.vocabulary.names import alike, same
from components.vocabulary.objectives import Objective
from components.vocabulary.people import Receiver, Severity
from components.vocabulary.quantities import Duration
from components.vocabulary.renames import strange
from components.vocabulary.rows import EXAMPLE, FORM, ROWS
from components.vocabulary.thresholds import Signal, Threshold
from components.vocabulary.words import Slug, Tag, Text, Word, called, several, word

LONGEST_NAME = 40  # it begins the names of everything, and is part of channels


class Answer(Protocol):
    """Anything in a product file that may answer rows of a monitoring document."""

    @property
    def rows(self) -> str:
        """The row ids, separated by spaces; empty where no document asks for it."""


@word
class Product(Word):
    """Everything that is declared for one product.

    `telemetry` names the vendor that keeps its metrics and logs and evaluates alerts on them. `workspace` is its Slack
    workspace and PagerDuty account, as the vendors' integrations are called. `urls`: per environment, the address of
    each site that checks probe. `service` is the name its own metrics and logs carry. `procedure` lists the steps a
    responder takes for every alert, in order; it heads the runbook.

    Metrics, traced services, checks and receivers are collected from their uses, each once, in the order of first use.
    `alerts` also get those that guard checks, the log index and objectives. In a product file, `**named_in(globals())`
    stands for its severities, objectives, alerts and dashboards. `also_emits` are metrics that the application emits
    although no alert, objective or dashboard reads them. `tag_values`: how many values each tag takes, by tag; each
    combination is billed (docs/review.md).
    """

    name: Slug
    title: Text
    team: Tag
    _: KW_ONLY
    service: Tag
    telemetry: Literal["datadog", "grafana"]
    workspace: Tag
    urls: Mapping[str, Mapping[str, str]]
    severities: tuple[Severity, ...]
    alerts: tuple[Alert, ...] = ()
    objectives: tuple[Objective, ...] = ()
    dashboards: tuple[Dashboard, ...] = ()
    also_emits: tuple[Metric, ...] = ()
    tag_values: Mapping[str, int] = field(default_factory=dict)
    log_index: LogIndex | None = None
    log_metrics: tuple[LogMetric, ...] = ()
    errors: ErrorTracking | None = None
    status_page: StatusPage | None = None
    post_mortem: PostMortem | None = None
    maintenance: tuple[Maintenance, ...] = ()
    scrape: Scrape | None = None
    heartbeat: Heartbeat | None = None
    procedure: tuple[Text, ...] = ()
    excused: tuple[Excuse, ...] = ()
    was: Slug | None = None

    def complete(self) -> None:
        """Add the alerts that guards make, after those that were written out."""
        made = (
            *guarding_logs(self.file, self.log_index, self.alerts),
            *guarding_checks(self.title, self.checks),
            *guarding_objectives(self.objectives),
        )
        # A copy of a product is given the alerts of its original, these among them.
        new = tuple(alert for alert in made if isinstance(alert, Alert) and alert not in self.alerts)
        object.__setattr__(self, "alerts", (*self.alerts, *new))

    @property
    def file(self) -> str:
        """Where it is declared, for a person who wants to change it."""
        return f"stacks/{self.name.replace('-', '_')}.py"

    @property
    def page(self) -> str:
        """Where it is written what its application has to do, if there is anything."""
        return f"{self.file.removesuffix('.py')}.md"

    @cached_property
    def metrics(self) -> tuple[Metric, ...]:
        """What is emitted: each metric that something is computed from, as it was declared, and the others."""
        read = (metric.declared for metric in self._measured() if isinstance(metric, Metric))
        return tuple(dict.fromkeys((*read, *(metric.declared for metric in self.also_emits))))

    @cached_property
    def services(self) -> tuple[Service, ...]:
        """The traced services that something is computed from."""
        return tuple(dict.fromkeys(each.service for each in self._measured() if isinstance(each, TraceMetric)))

    @cached_property
    def checks(self) -> tuple[Check, ...]:
        """What is probed: the checks of alerts and objectives."""
        watched = (check for alert in self.alerts for check in checks_of(alert.when))
        promised = (each.good for each in self.objectives if isinstance(each.good, Check))
        return tuple(dict.fromkeys((*watched, *promised)))

    @cached_property
    def receivers(self) -> tuple[Receiver, ...]:
        """Everybody whom a severity, an alert or the heartbeat tells."""
        agreed = (receiver for each in self.severities for receiver in (*each.receivers, *each.escalated))
        own = (receiver for alert in self.alerts for receiver in several(alert.tell))
        beside = (self.heartbeat.tell,) if self.heartbeat else ()
        return tuple(dict.fromkeys((*agreed, *own, *beside)))

    def _measured(self) -> Iterator[Measured]:
        return (metric for _, metrics in self.used_metrics() for metric in metrics)

    def alerts_at(self, evaluator: Evaluator) -> tuple[Alert, ...]:
        """The alerts that are evaluated where the metrics, the checks or the errors are kept."""
        return tuple(alert for alert in self.alerts if evaluator_of(alert.when) == evaluator)

    def limits_on(self, line: Signal) -> tuple[tuple[Alert, Threshold], ...]:
        """The alerts that watch what a dashboard draws, with their limits."""
        drawn = line.measure()
        return tuple(
            (alert, alert.when)
            for alert in self.alerts
            if isinstance(alert.when, Threshold) and drawn in alert.when.signals()
        )

    def windows_of(self, line: Signal) -> tuple[Duration, ...]:
        """The windows that a dashboard has to draw an amount over: those of its alerts, or without one its own."""
        if not line.ACCUMULATES:
            return ()
        found = (when.signal.window for _, when in self.limits_on(line))
        return tuple(dict.fromkeys(over for over in found if over)) or ((line.window,) if line.window else ())

    def answers(self) -> Iterator[Answer]:
        """Everything that may answer rows."""
        single = (self.log_index, self.errors, self.status_page, self.post_mortem, self.scrape, self.heartbeat)
        if self.errors and self.errors.dashboard:
            yield self.errors.dashboard
        yield from (item for item in single if item is not None)
        yield from chain(self.severities, self.alerts, self.objectives, self.dashboards, self.checks)
        yield from chain(self.log_metrics, self.maintenance)

    def problems(self) -> Iterator[Problem]:
        """What doesn't fit together across the product."""
        if len(self.name) > LONGEST_NAME:
            yield Problem("name", self.name, "begins every name in the vendors.", f"at most {LONGEST_NAME} characters")
        tags = {tag for metric in self.metrics for tag in metric.tags}
        tags |= {tag for metric in self.log_metrics for tag in metric.by}
        for tag, count in self.tag_values.items():
            if tag not in tags:
                yield Problem("tag_values", tag, "isn't a tag of any of the product's metrics.", nearest(tag, tags))
            if count < 1:
                yield Problem("tag_values", f"{tag}: {count}", "isn't a valid number of values.", "1 or more")
        for renamed in (self.alerts, self.checks, self.objectives, self.dashboards, self.severities):
            yield from strange(renamed)
        kept = (self.metrics, self.log_metrics)
        groups = (self.alerts, self.checks, self.objectives, self.dashboards, self.severities, self.services)
        for items in (*kept, *groups, self.maintenance):
            # Tags and contact points are written in lower case; a metric's `.` and `-` become `_`.
            yield from same([each.name for each in items], called(type(items[0])) if items else "", items in kept)
        for one, other in alike(map(str, self.receivers), lambda name: re.sub(r"\W|_", "-", name.lower())):
            why = f"can't be told apart from {one}: both would have the same secret."
            yield Problem("receivers", other, why, "a channel, service or address with another name")
        if self.heartbeat and any(alert.name == "heartbeat" for alert in self.alerts):
            why = "is the name of the product's heartbeat in the vendors."
            yield Problem("name", "heartbeat", why, "another name", item="alert 'heartbeat'")
        yield from self._severities()
        yield from strange_causes(self.alerts)
        yield from self._references()
        yield from self._sites()
        for item in self.answers():
            if item.rows and not ROWS.fullmatch(item.rows):
                label = f"{called(type(item))} {getattr(item, 'name', item.rows)!r}"
                yield Problem("rows", item.rows, FORM, f'"{EXAMPLE}", or no rows= without a document', item=label)

    def _severities(self) -> Iterator[Problem]:
        names = [severity.name for severity in self.severities]
        for alert in self.alerts:
            if alert.severity not in self.severities:
                why = f"isn't one of {self.title}'s severities, so its consequences aren't agreed."
                instead = f"{nearest(alert.severity.name, names)}, as {self.title} declares it"
                yield Problem("severity", alert.severity.name, why, instead, item=f"alert {alert.name!r}")

    def used_metrics(self) -> Iterator[tuple[str, tuple[Measured, ...]]]:
        """What alerts, objectives and dashboards are computed from: which of them, and its metrics."""
        used = [(f"alert {alert.name!r}", alert.when.metrics()) for alert in self.alerts]
        used += [(f"objective {objective.name!r}", objective.metrics()) for objective in self.objectives]
        for dashboard in self.dashboards:
            used += [(f"dashboard {dashboard.name!r}", widget.metrics()) for widget in dashboard.widgets]
        if self.heartbeat and self.heartbeat.of is not None:
            used.append(("heartbeat", (self.heartbeat.of,)))
        yield from dict.fromkeys(used)

    def widgets(self) -> Iterator[tuple[str, Widget]]:
        """Every widget with what a message calls it: `dashboard 'main', widget 'Error rate'`."""
        for dashboard in self.dashboards:
            for widget in dashboard.widgets:
                yield f"dashboard {dashboard.name!r}, widget {widget.title!r}", widget

    def counted_logs(self) -> Iterator[tuple[str, LogCount]]:
        """Every count of log events: what makes or draws it, and which events count."""
        signals = [(f"alert {alert.name!r}", signal) for alert in self.alerts for signal in alert.when.signals()]
        for dashboard in self.dashboards:
            signals += [
                (f"dashboard {dashboard.name!r}", each) for widget in dashboard.widgets for each in widget.signals()
            ]
        yield from ((label, signal) for label, signal in signals if isinstance(signal, LogCount))
        yield from ((f"log metric {metric.name!r}", metric.which) for metric in self.log_metrics)
        if self.log_index:
            yield from ((f"exclusion {each.name!r}", each.which) for each in self.log_index.exclude)

    def _references(self) -> Iterator[Problem]:
        for alert in self.alerts:
            label, when = f"alert {alert.name!r}", alert.when
            if isinstance(when, BudgetBurns) and when.objective not in self.objectives:
                yield Problem(
                    "when",
                    when.objective.name,
                    "isn't an objective of this product.",
                    "add it to objectives=",
                    item=label,
                )
            for wanted in when.filters if isinstance(when, Issues) and self.errors else ():
                if self.errors and wanted in self.errors.untold:
                    why = "is excluded from all alerts (never=), so it would never fire."
                    yield Problem(
                        "where", wanted.describe(), why, "another filter, or without it in never=", item=label
                    )
            if evaluator_of(when) == "errors" and self.errors is None:
                yield Problem("when", when.describe(), "needs error tracking.", "errors=ErrorTracking(…)", item=label)
        for dashboard in self.dashboards:
            for widget in dashboard.widgets:
                if isinstance(widget, Standing) and widget.objective not in self.objectives:
                    label = f"dashboard {dashboard.name!r}"
                    why = "isn't an objective of this product."
                    yield Problem("widgets", widget.objective.name, why, "add it to objectives=", item=label)

    def _sites(self) -> Iterator[Problem]:
        for environment, sites in self.urls.items():
            for site, url in sites.items():
                if not re.fullmatch(r"https://[a-z0-9.-]+(:\d+)?(/[\w.~%-]+)*", url, re.ASCII):
                    bare = url.removeprefix("http://").removeprefix("https://").rpartition("@")[2]
                    instead = f"https://{re.split(r'[?#]', ''.join(bare.split()))[0].rstrip('/').lower()}"
                    why = (
                        "would be probed in the clear." if url.startswith("http://") else "isn't the address of a site."
                    )
                    yield Problem(f"urls[{environment!r}][{site!r}]", url, why, instead)
            if self.scrape and self.scrape.site not in sites:
                why = f"has no address in {environment}."
                yield Problem("site", self.scrape.site, why, nearest(self.scrape.site, sites), item="scrape")
            for check in self.checks:
                if check.site not in sites:
                    why = f"has no address in {environment}."
                    yield Problem("site", check.site, why, nearest(check.site, sites), item=f"check {check.name!r}")

    def undecided(self, environment: str) -> Iterator[Problem]:
        """What an environment needs that the product hasn't said yet."""
        probed = {check.site for check in self.checks} | ({self.scrape.site} if self.scrape else set())
        if probed and environment not in self.urls:
            sites = ", ".join(f'"{site}": "https://…"' for site in sorted(probed))
            why = f"has no entry for {environment}, so its checks would have nothing to probe."
            yield Problem("urls", MISSING, why, f'"{environment}": {{{sites}}}', product=self.name)
