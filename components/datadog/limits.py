"""What Datadog doesn't offer, found before anything is sent there: what translations can't say, and names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from components.datadog.causes import causes_refused
from components.datadog.conditions import gate, query
from components.datadog.dashboards import definitions
from components.datadog.messages import is_an_event
from components.datadog.monitors import options_refused
from components.datadog.objectives import limits
from components.datadog.receivers import handle
from components.datadog.spans import REMINDERS
from components.problems import MISSING, Problem
from components.scope import Scope
from components.translation import every, refusals
from components.vendors import alerts_of, told_at
from components.vocabulary.alerts import Alert
from components.vocabulary.at_datadog import LogIndex, PostMortem
from components.vocabulary.people import Email
from components.vocabulary.product import Product
from components.vocabulary.quantities import percent
from components.vocabulary.thresholds import Condition, Threshold

METRIC_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.]{0,199}")  # "Custom Metrics"; tags: "Getting Started with Tags"
TAG_VALUE = re.compile(r"[\w./:-]{1,200}")
ROOT = Path(__file__).resolve().parents[2]
INTEGRATION = re.compile(
    r"(pagerduty|opsgenie|victorops|splunk|oncall|on-call|xmatters|webhook|workflow|slack|teams|all|here|channel)[-@]",
    re.IGNORECASE,
)

RETENTION_DAYS = (3, 7, 15, 30, 45, 60, 90, 180, 360)


def problems(scope: Scope) -> Iterator[Problem]:
    """Everything the product asks of Datadog that Datadog would refuse or never evaluate."""
    product = scope.product
    for alert in alerts_of(scope, "datadog"):
        yield from _alert(scope, alert)
    yield from _written(product)
    for receiver in told_at(scope, "datadog"):
        if isinstance(receiver, Email) and INTEGRATION.match(receiver.name):
            why = "is an integration's handle in Datadog, where mail is written as @ and the address."
            yield Problem("notify or tell", str(receiver), why, "an address that begins differently")
    if product.heartbeat and product.heartbeat.of is None:
        why = "is missing, and Datadog evaluates nothing without data: the heartbeat would never be sent."
        instead = "of=CPU, a metric that the agent sends for as long as the environment lives"
        yield Problem("of", MISSING, why, instead, item="heartbeat")
    if product.post_mortem:
        yield from _template(product.post_mortem)
    if product.log_index:
        yield from _log_index(product.log_index)
        shorter = scope.environment.keep_logs_at_most
        if shorter < product.log_index.keep and shorter.to("days") not in RETENTION_DAYS:
            offered = ", ".join(map(str, RETENTION_DAYS))
            why = "isn't a retention that Datadog sells."
            yield Problem("keep-logs-at-most", str(shorter), why, f"one of {offered} days", item="stack file")
    if product.scrape:
        why = "is fetched by Grafana, but the product's metrics are kept in Datadog."
        yield Problem("scrape", product.scrape.name, why, "no scrape=; the agent can fetch it", item="product")
    for objective in product.objectives:
        for problem in limits(objective):
            problem.item = f"objective {objective.name!r}"
            yield problem
    for label, widget in product.widgets():
        yield from refusals(label, partial(definitions, scope, widget))


def _alert(scope: Scope, alert: Alert) -> Iterator[Problem]:
    label, severity = f"alert {alert.name!r}", alert.severity
    for problem in (
        *_reminders(alert),
        *_outlasted(alert, alert.when),
        *options_refused(alert),
        *causes_refused(scope, alert),
    ):
        problem.item = label
        yield problem
    told = dict.fromkeys((*alert.receivers, *severity.escalated))
    yield from refusals(
        label,
        lambda: every(lambda receiver: handle(scope, receiver), told),
        lambda: query(scope, alert.when),
        lambda: gate(scope, alert.when, None),
    )


def _written(product: Product) -> Iterator[Problem]:
    """Names and values that Datadog keeps in another form than they are written in, or can't be asked for."""
    for metric in product.metrics:
        if not METRIC_NAME.fullmatch(metric.name):
            why = "is stored under another name: Datadog replaces everything but letters, digits, _ and . with _."
            instead = re.sub(r"\W", "_", metric.name.replace(".", "\0"), flags=re.ASCII).replace("\0", ".")
            yield Problem("name", metric.name, why, instead, item=f"metric {metric.name!r}")
    values = [(f"service {each.name!r}", "services", name) for each in product.services for name in each.names]
    for label, used in product.used_metrics():
        values += [(label, tag, value) for metric in used for tag, value in metric.only]
    for label, field, value in dict.fromkeys(values):
        if not TAG_VALUE.fullmatch(value):
            why = "isn't a tag value that Datadog accepts: it replaces other characters with _."
            yield Problem(field, value, why, "letters, digits and _ . / : -", item=label)
    for label, logs in product.counted_logs():
        for text in (logs.message, *logs.fields.values(), *logs.without.values()):
            if set(text) & {'"', "\\"}:
                why = "has a quote or a backslash, which ends or changes the text in Datadog's log searches."
                yield Problem("which", text, why, "the part before or after it", item=label)
        for field, text in (*logs.fields.items(), *logs.without.items()):
            if "*" in text and not re.fullmatch(r"[\w./*][\w./*-]*", text):
                why = "has a * and characters that need quotes, and in quotes a * isn't a wildcard."
                yield Problem(field, text, why, "letters, digits and _ . / - beside the *", item=label)


def _template(post_mortem: PostMortem) -> Iterator[Problem]:
    """A template that isn't a text below docs/: its content is sent to Datadog, whatever it is."""
    path = (ROOT / post_mortem.template).resolve()
    why = ""
    if not path.is_relative_to(ROOT / "docs") or not path.is_file():
        why = "isn't a file in docs/, and Datadog gets its content."
    else:
        try:
            path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            why = "isn't UTF-8 text."
    if why:
        yield Problem("template", post_mortem.template, why, "docs/post-mortem.md", item="post-mortem")


def _log_index(index: LogIndex) -> Iterator[Problem]:
    label = f"log index {index.name!r}"
    if index.keep.to("days") not in RETENTION_DAYS:
        offered = ", ".join(map(str, RETENTION_DAYS))
        yield Problem(
            "keep", str(index.keep), "isn't a retention that Datadog sells.", f"days of {offered}", item=label
        )
    if index.at_most_daily.number < 1 or index.at_most_daily.number % 1:
        why = "isn't a number of events a day."
        yield Problem("at_most_daily", str(index.at_most_daily), why, "a whole one", item=label)
    if index.warn_at < percent(50) or not index.warn_at < percent(100):
        why = "is outside the range that Datadog supports."
        yield Problem("warn_at", str(index.warn_at), why, "50 % to less than 100 %", item=label)


def _reminders(alert: Alert) -> Iterator[Problem]:
    """When it is told again: a monitor has one interval, and one text for it."""
    severity = alert.severity
    for field, length in (("remind_every", severity.remind_every), ("escalate_after", severity.escalate_after)):
        if length and length.minutes > REMINDERS[-1]:
            yield Problem(field, str(length), "is longer than Datadog sends reminders.", "at most hours(24)")
    if severity.remind_every and severity.escalate_after and severity.remind_every != severity.escalate_after:
        why = f"differs from the {severity.escalate_after} after which {severity.name} escalates; "
        why += "Datadog does both at once."
        yield Problem("remind_every", str(severity.remind_every), why, "the same as escalate_after, or left out")


def _outlasted(alert: Alert, when: Condition) -> Iterator[Problem]:
    """A single event that has left its window before the reminder, or the escalation, that was to tell of it again."""
    if not is_an_event(when) or not isinstance(when, Threshold) or not when.signal.window:
        return
    severity = alert.severity
    for field, length in (("escalate_after", severity.escalate_after), ("remind_every", severity.remind_every)):
        if length and not length < when.signal.window:
            why = f"ends before {severity}'s {field} of {length}: a single event would be sent once and never again."
            yield Problem("over", str(when.signal.window), why, f"more than {length}")
            return
