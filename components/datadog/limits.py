"""What Datadog doesn't offer, found before anything is sent there. Source: its API reference, monitors and SLOs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from components.datadog.messages import is_an_event
from components.problems import MISSING, Problem
from components.scope import Scope
from components.vocabulary.alerts import Alert
from components.vocabulary.conditions import Absence, Anomaly, BudgetBurns, ServiceCheck
from components.vocabulary.dashboards import Buckets, Dial, Listing, Number, Standing, Top
from components.vocabulary.errors import ErrorCount, FailedTransactions
from components.vocabulary.incidents import PostMortem
from components.vocabulary.log_signals import LogCount, LogsStored
from components.vocabulary.logs import LogIndex
from components.vocabulary.metrics import Kind, Metric
from components.vocabulary.objectives import Objective
from components.vocabulary.people import Email, Webhook
from components.vocabulary.product import Product
from components.vocabulary.quantities import Duration, days, hours, minutes, percent
from components.vocabulary.signals import Percentile, Ratio, Used, Within
from components.vocabulary.thresholds import Condition, Signal, Threshold

LONGEST_METRIC_WINDOW = hours(730)  # "a custom time window of up to 1 month": content/en/monitors/configuration
LONGEST_LOG_WINDOW = hours(48)
# "By default, a group keeps the status for 24 hours before it is dropped" (the same page, Group retention time):
# what has to be silent for as long as that may be gone before anybody is told.
FORGOTTEN_AFTER = hours(24)
LONGEST_SERVICE_CHECK = 100
BURN_WINDOWS = (hours(1), hours(48))
PERIODS = {7: "7d", 30: "30d", 90: "90d"}
SLICES = (minutes(1), minutes(5))
METRIC_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.]{0,199}")  # "Custom Metrics"; tags: "Getting Started with Tags"
TAG_VALUE = re.compile(r"[\w./:-]{1,200}")
ROOT = Path(__file__).resolve().parents[2]
INTEGRATION = re.compile(
    r"(pagerduty|opsgenie|victorops|splunk|oncall|on-call|xmatters|webhook|workflow|slack|teams|all|here|channel)[-@]",
    re.IGNORECASE,
)
LIVE_SPANS = {3600: "1h", 14400: "4h", 86400: "1d", 172800: "2d", 604800: "1w", 2592000: "1mo"}
REMINDERS = (10, 20, 30, 40, 50, 60, 90, 120, 180, 240, 300, 360, 720, 1440)
ANOMALY_INTERVALS = {minutes(15): 20, hours(4): 60, days(1): 300, days(2): 600, days(7): 3600}

RETENTION_DAYS = (3, 7, 15, 30, 45, 60, 90, 180, 360)


def window(over: Duration) -> str:
    """`last_5m`, `last_4h`, `last_1d`."""
    return f"last_{span(over)}"


def span(length: Duration) -> str:
    """`5m`, `4h`, `1d`: the longest unit that is exact."""
    whole = length.minutes
    for minutes_each, letter in ((10080, "w"), (1440, "d"), (60, "h")):
        # Beyond one day or week in hours: 336h for two weeks, up to the 730h of a month.
        if whole % minutes_each == 0 and (letter == "h" or whole == minutes_each):
            return f"{whole // minutes_each}{letter}"
    return f"{whole}m"


def problems(scope: Scope) -> Iterator[Problem]:
    """Everything the product asks of Datadog that Datadog would refuse or never evaluate."""
    product = scope.product
    for alert in product.alerts_at("telemetry"):
        for problem in _condition(product, alert, alert.when):
            problem.item = f"alert {alert.name!r}"
            yield problem
    yield from _written(product)
    for receiver in scope.told_by("telemetry"):
        if isinstance(receiver, Email) and INTEGRATION.match(receiver.name):
            why = "is a handle of an integration at Datadog, where mail is @ and the address."
            yield Problem("notify or tell", str(receiver), why, "an address that begins otherwise")
    if product.post_mortem:
        yield from _template(product.post_mortem)
    if product.log_index:
        yield from _log_index(product.log_index)
        shorter = scope.environment.keep_logs_at_most
        if shorter < product.log_index.keep and shorter.to("days") not in RETENTION_DAYS:
            offered = ", ".join(map(str, RETENTION_DAYS))
            why = "is not a retention that Datadog sells."
            yield Problem("keep-logs-at-most", str(shorter), why, f"one of {offered} days", item="stack file")
    if product.scrape:
        why = "is fetched by Grafana, while the product's metrics are read at Datadog."
        yield Problem("scrape", product.scrape.name, why, "no scrape=; the agent can fetch it", item="product")
    for objective in product.objectives:
        for problem in _objective(objective):
            problem.item = f"objective {objective.name!r}"
            yield problem
    for dashboard in product.dashboards:
        for widget in dashboard.widgets:
            label = f"dashboard {dashboard.name!r}, widget {widget.title!r}"
            if isinstance(widget, Dial | Buckets | Listing):
                why = "is no widget that is drawn at Datadog here."
                yield Problem("widgets", type(widget).__name__, why, "Number, Lines or Top", item=label)
            spans = widget.periods if isinstance(widget, Number) else (widget.last,) if isinstance(widget, Top) else ()
            for length in spans:
                if length.seconds not in LIVE_SPANS:
                    offered = ", ".join(LIVE_SPANS.values())
                    yield Problem("last", str(length), "is no period Datadog offers.", f"one of {offered}", item=label)
            if isinstance(widget, Standing) and not _kept_here(widget.objective):
                name = widget.objective.name
                why = "is kept at Grafana, where checks are; Datadog can't draw it."
                yield Problem("objective", name, why, "an objective on metrics", item=label)
            for signal in widget.signals():
                yield from _signal(product, signal, label)


def _written(product: Product) -> Iterator[Problem]:
    """Names and values that Datadog keeps in another form than they are written in, or can't be asked for."""
    for metric in product.metrics:
        if not METRIC_NAME.fullmatch(metric.name):
            why = "is kept under another name: Datadog makes _ of what is no letter, digit, _ or point."
            instead = re.sub(r"\W", "_", metric.name.replace(".", "\0"), flags=re.ASCII).replace("\0", ".")
            yield Problem("name", metric.name, why, instead, item=f"metric {metric.name!r}")
    values = [(f"service {each.name!r}", "services", name) for each in product.services for name in each.names]
    for label, used in product.used_metrics():
        values += [(label, tag, value) for metric in used for tag, value in metric.only]
    for label, field, value in dict.fromkeys(values):
        if not TAG_VALUE.fullmatch(value):
            why = "is not a value that a tag has at Datadog, which makes _ of what it doesn't take."
            yield Problem(field, value, why, "letters, digits and _ . / : -", item=label)
    for label, logs in product.counted_logs():
        for text in (logs.message, *logs.fields.values(), *logs.without.values()):
            if set(text) & {'"', "\\"}:
                why = "has a quote or a backslash, which ends or changes the text in Datadog's log searches."
                yield Problem("which", text, why, "the part before or after it", item=label)
        for field, text in (*logs.fields.items(), *logs.without.items()):
            if "*" in text and not re.fullmatch(r"[\w./*][\w./*-]*", text):
                why = "has a * and characters that have to be quoted, and in quotes a * is no wildcard."
                yield Problem(field, text, why, "letters, digits and _ . / - beside the *", item=label)


def _template(post_mortem: PostMortem) -> Iterator[Problem]:
    """A template that isn't a text below docs/: its content is sent to Datadog, whatever it is."""
    path = (ROOT / post_mortem.template).resolve()
    why = ""
    if not path.is_relative_to(ROOT / "docs") or not path.is_file():
        why = "is not a file below docs/, and its content is what Datadog gets."
    else:
        try:
            path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            why = "is not a text in UTF-8."
    if why:
        yield Problem("template", post_mortem.template, why, "docs/post-mortem.md", item="post-mortem")


def _log_index(index: LogIndex) -> Iterator[Problem]:
    label = f"log index {index.name!r}"
    if index.keep.to("days") not in RETENTION_DAYS:
        offered = ", ".join(map(str, RETENTION_DAYS))
        yield Problem("keep", str(index.keep), "is no retention that Datadog sells.", f"days of {offered}", item=label)
    if index.at_most_daily.number < 1 or index.at_most_daily.number % 1:
        why = "is no number of events a day."
        yield Problem("at_most_daily", str(index.at_most_daily), why, "a whole one", item=label)
    if index.warn_at < percent(50) or not index.warn_at < percent(100):
        why = "is outside of what Datadog announces."
        yield Problem("warn_at", str(index.warn_at), why, "50 % to less than 100 %", item=label)


def _kept_here(objective: Objective) -> bool:
    return objective.bad is not None or isinstance(objective.good, Threshold)


def _told(alert: Alert) -> Iterator[Problem]:
    """Who is told, and when again: a monitor has one interval, and one text for it."""
    severity = alert.severity
    for field, length in (("remind_every", severity.remind_every), ("escalate_after", severity.escalate_after)):
        if length and length.minutes > REMINDERS[-1]:
            yield Problem(field, str(length), "is longer than Datadog reminds.", "at most hours(24)")
    if severity.remind_every and severity.escalate_after and severity.remind_every != severity.escalate_after:
        why = f"is not the escalation's {severity.escalate_after}, and Datadog's reminder is what escalates."
        yield Problem("remind_every", str(severity.remind_every), why, "the same as escalate_after, or left out")
    for receiver in (*alert.receivers, *severity.escalated):
        if isinstance(receiver, Webhook):
            yield Problem("tell", str(receiver), "is not delivered to by Datadog here.", "Slack, Email or PagerDuty")


def _outlasted(alert: Alert, when: Condition) -> Iterator[Problem]:
    """A single event that has left its window before the reminder, or the escalation, that was to tell of it again."""
    if not is_an_event(when) or not isinstance(when, Threshold) or not when.signal.window:
        return
    severity = alert.severity
    for field, length in (("escalate_after", severity.escalate_after), ("remind_every", severity.remind_every)):
        if length and not length < when.signal.window:
            why = f"is over before {severity}'s {field} of {length}: a single event would be told once and never again."
            yield Problem("over", str(when.signal.window), why, f"more than {length}")
            return


def _condition(product: Product, alert: Alert, when: Condition) -> Iterator[Problem]:
    yield from _told(alert)
    yield from _outlasted(alert, when)
    if isinstance(when, Threshold) and when.lasting:
        why = "is not how Datadog waits: its monitors look at one window."
        yield Problem("lasting", str(when.lasting), why, "a longer .over(…), and no lasting=")
    match when:
        case Threshold(signal=LogCount() as signal):
            yield from _window(signal.window, LONGEST_LOG_WINDOW, "log")
        case Threshold(signal=signal, sense=sense):
            yield from _window(signal.window, LONGEST_METRIC_WINDOW, "metric")
            yield from _signal(product, signal)
            if isinstance(signal, Ratio) and signal.part.kind is Kind.COUNTER and sense == "below":
                yield from _ungated(signal)
        case Absence(of=Metric(kind=Kind.GAUGE) | tuple()):
            why = "is not told at Datadog: silence is that of one counter or distribution."
            yield Problem("of", ", ".join(each.name for each in when.metrics()), why, "one counter, one alert each")
        case Absence(over=over):
            if over < FORGOTTEN_AFTER:
                yield from _window(over, LONGEST_METRIC_WINDOW, "metric")
            else:
                why = f"is too long: after {FORGOTTEN_AFTER} Datadog forgets what is silent, and nobody would be told."
                yield Problem("over", str(over), why, "at most 23 hours, or a Count(…).below(times(1))")
        case Anomaly(signal=signal, history=history, lasting=lasting):
            yield from _signal(product, signal)
            if isinstance(signal, LogCount):
                why = "is counted from logs, and Datadog compares metrics with their history."
                yield Problem("signal", signal.describe(), why, "a Count of a LogMetric's, or of a counter")
            if history < lasting:
                why = f"is longer than the history of {history} that Datadog evaluates."
                yield Problem("lasting", str(lasting), why, "a shorter time, or a longer history=")
            if history not in ANOMALY_INTERVALS:
                offered = ", ".join(str(known) for known in ANOMALY_INTERVALS)
                yield Problem("history", str(history), "has no known resolution here.", f"one of {offered}")
        case BudgetBurns(within=within):
            shortest, longest = BURN_WINDOWS
            if within < shortest or longest < within:
                why = "is outside of what Datadog's burn-rate alerts look back on."
                yield Problem("within", str(within), why, f"{shortest} to {longest}")
            elif when.short.to("minutes") % 1:
                why = f"has a twelfth of {when.short}; Datadog takes whole minutes."
                yield Problem("within", str(within), why, "a multiple of 12 minutes")
            if when.at_least and when.objective.bad is None:
                why = "counts events, and the objective is one of time."
                yield Problem("at_least", str(when.at_least), why, "no at_least=, or an objective of bad events")
        case ServiceCheck(failures=failures, successes=successes):
            for field, number in (("failures", failures), ("successes", successes)):
                if number > LONGEST_SERVICE_CHECK:
                    why = "is more than Datadog looks back."
                    yield Problem(field, number, why, f"at most {LONGEST_SERVICE_CHECK}")
        case _:
            pass


def _ungated(signal: Ratio) -> Iterator[Problem]:
    if signal.at_least is None:
        why = "is missing: without any traffic the share is 0 for Datadog, and a quiet night would alert."
        yield Problem("at_least", MISSING, why, "at_least=times(5)")


def _window(over: Duration | None, longest: Duration, kind: str) -> Iterator[Problem]:
    if over is None:
        return
    if over.to("minutes") % 1 or over < minutes(1) or longest < over:
        why = f"is not a window Datadog accepts for {kind} alerts."
        yield Problem("over", str(over), why, f"whole minutes, from 1 minute to {longest}")


def _signal(product: Product, signal: Signal, label: str = "") -> Iterator[Problem]:
    if isinstance(signal, LogsStored) and not product.log_index:
        why = "are those of an index, and the product declares none."
        yield Problem("signal", signal.describe(), why, "log_index=LogIndex(…)", item=label)
    if isinstance(signal, Percentile) and round(signal.rank, 2) != signal.rank:
        why = "has more digits than Datadog's percentiles."
        yield Problem("rank", signal.rank, why, "at most two digits after the point", item=label)
    if isinstance(signal, Used):
        why = "is not computed at Datadog here, whose agent reports the used part itself."
        yield Problem("signal", signal.describe(), why, "a Level of the agent's metric", item=label)
    if isinstance(signal, Within):
        why = "is no signal that Datadog computes here."
        yield Problem("signal", signal.describe(), why, "a Percentile of the metric", item=label)
    if isinstance(signal, ErrorCount | FailedTransactions):
        why = "is counted at Sentry; Datadog doesn't know it."
        yield Problem("signal", signal.describe(), why, "a view of ErrorTracking's dashboard", item=label)


def _objective(objective: Objective) -> Iterator[Problem]:
    if isinstance(objective.good, Within):
        yield Problem("good", objective.good.describe(), "is not kept at Datadog here.", "a Percentile below the limit")
    if isinstance(objective.good, Ratio):
        yield Problem("good", objective.good.describe(), "is not kept at Datadog here.", "bad=, with what fails")
    if not _kept_here(objective):
        return
    if isinstance(objective.good, Threshold) and objective.good.signal.metrics() == ():
        why = "is not made of metrics, which Datadog's objectives are."
        yield Problem("good", objective.good.describe(), why, "a limit of a Percentile, Level or Ratio")
    if objective.period.to("days") not in PERIODS:
        why = "is no period of Datadog's objectives."
        yield Problem("period", str(objective.period), why, "days(7), days(30) or days(90)")
    if isinstance(objective.good, Threshold) and objective.good.signal.window not in SLICES:
        why = "is no slice of time that Datadog's objectives are made of."
        yield Problem("over", str(objective.good.signal.window), why, "minutes(1) or minutes(5)")
