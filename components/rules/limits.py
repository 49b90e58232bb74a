"""Rules on alerts' thresholds and windows."""

from __future__ import annotations

import re
from collections.abc import Iterator

from components.rules.model import limits, thresholds
from components.rules.rule import Finding, of_product
from components.vocabulary.at_datadog import LogsStored
from components.vocabulary.at_sentry import ErrorCount
from components.vocabulary.conditions import Absence
from components.vocabulary.log_signals import LogCount
from components.vocabulary.metrics import Measured, Source
from components.vocabulary.product import Product
from components.vocabulary.quantities import Duration, Quantity, Unit, percent, plain, seconds
from components.vocabulary.signals import Count, Level
from components.vocabulary.thresholds import Signal

ROUNDS = 2  # of probes or exports, as the one may be late
SENT_EVERY = seconds(60)  # OpenTelemetry's interval of export
AGENT_SENDS_EVERY = seconds(15)  # Datadog's agent, by default; counters of an application every 10
SAYS_A_NUMBER = re.compile(r"\{threshold\}|\d|\bhalf\b")


@of_product("A limit below the highest possible value: less than 100 % for a share.")
def threshold_out_of_range(product: Product) -> Iterator[Finding]:
    """An alert on a limit that the metric can't pass never fires; on one it always passes, it never ends."""
    for alert, when in thresholds(product):
        most = _most(when.signal)
        if most is None:
            continue
        for field, limit in limits(when):
            if when.sense == "above" and not limit < most:
                why = f"would never fire: {when.signal.describe()} is never more than {most}."
                yield Finding(alert, field, str(limit), why, f"less than {most}")
            if when.sense == "below" and most < limit:
                why = f"would always fire: {when.signal.describe()} is never more than {most}."
                yield Finding(alert, field, str(limit), why, f"at most {most}")


@of_product("A recovery that can be reached: `clear=` above 0, and below 100 % for a share.")
def recovery_out_of_range(product: Product) -> Iterator[Finding]:
    """If recovery lies beyond the values that the metric can take, the alert never recovers."""
    for alert, when in thresholds(product):
        most = percent(100) if when.signal.OF_A_WHOLE else _most(when.signal)
        if when.clear is None:
            continue
        if when.sense == "above" and when.clear.number == 0:
            why = "is never passed: nothing is less than 0, so the alert would never recover."
            yield Finding(alert, "clear", str(when.clear), why, "more than 0, or no clear=")
        if when.sense == "below" and most is not None and not when.clear < most:
            why = f"is never passed: {when.signal.describe()} is never more than {most}, so it would never recover."
            yield Finding(alert, "clear", str(when.clear), why, f"less than {most}, or no clear=")


@of_product("A whole number of events; `above(times(2))` means three or more.")
def threshold_between_values(product: Product) -> Iterator[Finding]:
    """A limit between two possible values gets misread, and the next person rounds it the wrong way."""
    for alert, when in thresholds(product):
        for field, limit in limits(when) if _whole(when.signal) else ():
            number = limit.to("count")
            if number % 1:
                near = number // 1 if when.sense == "above" else number // 1 + 1
                why = f"is between two values that {when.signal.describe()} can take."
                yield Finding(alert, field, str(limit), why, f"times({plain(near)}), which means the same")


@of_product("A window of at least two intervals of the check, or of the metric's export.")
def window_too_short(product: Product) -> Iterator[Finding]:
    """In a window with fewer than two values, a late one looks like silence."""
    for alert in product.alerts:
        if not isinstance(alert.when, Absence):
            continue
        intervals: list[tuple[str, Duration]] = [(check.name, check.every) for check in alert.when.checks()]
        intervals += [(metric.name, _sent_every(product, metric)) for metric in alert.when.metrics()]
        for name, every in intervals:
            least = Duration(every.number * ROUNDS, every.unit)
            if alert.when.over < least:
                why = f"holds fewer than {ROUNDS} values of {name}, which arrive every {every}: a late one alerts."
                yield Finding(alert, "over", str(alert.when.over), why, f"at least {least}")
                break


@of_product("`{threshold}` in the summary.")
def summary_without_number(product: Product) -> Iterator[Finding]:
    """The person who is paged reads one line, and has to see how bad it is without opening anything."""
    for alert, when in thresholds(product):
        if not SAYS_A_NUMBER.search(alert.summary) and when.critical.number > 1:
            why = f"doesn't say {when.sense} {when.critical}."
            yield Finding(alert, "summary", alert.summary, why, "the limit, as {threshold}")


def _sent_every(product: Product, metric: Measured) -> Duration:
    """How often a new value of a metric arrives."""
    if product.telemetry == "datadog":
        return AGENT_SENDS_EVERY
    scraped = product.scrape is not None and metric.source is not Source.APPLICATION
    return product.scrape.every if scraped and product.scrape else SENT_EVERY


def _most(signal: Signal) -> Quantity | None:
    """The highest value of a level, where one is known; what is computed as a share of a whole has refused more."""
    if not isinstance(signal, Level) or len(signal.metrics()) > 1:
        return None
    (metric,) = signal.metrics()
    if metric.most is not None:
        return metric.most
    return percent(100) if metric.unit in (Unit.RATIO, Unit.PERCENT) else None


def _whole(signal: Signal) -> bool:
    """Whether a signal counts things, so that its value is a whole number."""
    if isinstance(signal, Level):
        return signal.unit is Unit.COUNT and signal.taking != "average"
    return isinstance(signal, Count | LogCount | LogsStored | ErrorCount)
