"""Lengths of time as Datadog writes them, and which of them it takes. Source: its API reference, monitors and SLOs."""

from __future__ import annotations

from collections.abc import Iterator

from components.problems import Problem
from components.translation import refusal
from components.vocabulary.quantities import Duration, days, hours, minutes

LONGEST_METRIC_WINDOW = hours(730)  # "a custom time window of up to 1 month": content/en/monitors/configuration
LONGEST_LOG_WINDOW = hours(48)
BURN_WINDOWS = (hours(1), hours(48))
PERIODS = {7: "7d", 30: "30d", 90: "90d"}
SLICES = (minutes(1), minutes(5))
LIVE_SPANS = {3600: "1h", 14400: "4h", 86400: "1d", 172800: "2d", 604800: "1w", 2592000: "1mo"}
ANOMALY_INTERVALS = {minutes(15): 20, hours(4): 60, days(1): 300, days(2): 600, days(7): 3600}
REMINDERS = (10, 20, 30, 40, 50, 60, 90, 120, 180, 240, 300, 360, 720, 1440)


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


def burn_span(length: Duration) -> str:
    """A window of a burn rate, which Datadog counts in hours, 48 at most: `5m`, `6h`, `24h`."""
    whole = length.minutes
    return f"{whole}m" if whole % 60 else f"{whole // 60}h"


def accepted(over: Duration | None, longest: Duration, kind: str) -> Iterator[Problem]:
    """A problem for a window that monitors of metrics, or of logs, don't look back on."""
    if over is None:
        return
    if over.to("minutes") % 1 or over < minutes(1) or longest < over:
        why = f"is not a window Datadog accepts for {kind} alerts."
        yield Problem("over", str(over), why, f"whole minutes, from 1 minute to {longest}")


def live_span(last: Duration) -> str:
    """The period of a widget. Raises InvalidDeclarationError for one that Datadog doesn't offer."""
    found = LIVE_SPANS.get(last.seconds)
    if found is None:
        offered = ", ".join(LIVE_SPANS.values())
        raise refusal(Problem("last", str(last), "isn't a period that Datadog offers.", f"one of {offered}"))
    return found
