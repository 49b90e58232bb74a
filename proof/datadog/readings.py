"""What Datadog's documentation leaves open: the reading that is played first, and the other one.

Each is asked for by name beside the code that depends on it. A case is played again for every open point that was asked
for while it was played, so that no verdict rests on a guess.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

# The first reading; the other; where it is left open. `M` is monitors/ in DataDog/documentation.
OPEN = {
    "edges": ("a window starts after its first moment", "both of its ends belong to it", "M/guide/monitor_aggregators"),
    "buckets": (
        "a monitor's points come as often as the API's",
        "a monitor's points come every minute",
        "dashboards/functions/rollup.md, M/guide/monitor-arithmetic-and-sparse-metrics",
    ),
    "divided by zero": (
        "a ratio of nothing has no value",
        "something of nothing is infinite",
        "M/guide/as-count-in-monitor-evaluations",
    ),
    "default_zero of an empty window": (
        "is 0, held against the thresholds",
        "keeps the last known status",
        "documentation#39238, #14329, M/configuration",
    ),
    "percentile": (
        "is one of all values of the window",
        "is the value that so many per cent of the points are beyond",
        "M/types/metric, metrics/faq/rollup-for-distributions-with-percentiles.md",
    ),
    "alert into the warning's recovery": ("is a warning", "is OK", "M/guide/recovery-thresholds"),
    "new group": ("isn't evaluated at first", "is evaluated at first, and nobody notified", "M/configuration"),
    "counted statuses": ("have to be consecutive", "are those of the last n", "M/types/service_check"),
    "a critical status": (
        "isn't one of the warning's",
        "counts towards the warning as well",
        "M/types/service_check",
    ),
    "what silences": ("is evaluated with what it silences", "a minute before that", "M/types/composite"),
    "what is silenced": ("is evaluated with what silences it", "a minute before that", "M/types/composite"),
    "burn rate at its limit": ("isn't an alert: the query says >", "is one: the page says >=", "burn_rate.md"),
    "alert to warning": ("isn't a recovery", "notifies those of is_recovery as well", "documentation#39212"),
    "recovery from no data": (
        "is one, as is_recovery says",
        "notifies nobody of is_recovery",
        "M/notify/variables, documentation#7961",
    ),
    "escalation message": (
        "comes with the original text and its handles",
        "comes alone",
        "M/notify, content/en/monitors/notifications.md (2019)",
    ),
    "reminders": ("go on as long as the alert", "stop 30 hours after it", "documentation#22645"),
}


@dataclass
class Readings:
    """Which of the open points are read the other way, and which were asked about."""

    other: frozenset[str] = frozenset()
    asked: set[str] = field(default_factory=set)

    def otherwise(self, point: str) -> bool:
        """Whether the other reading holds of a point."""
        assert point in OPEN, point
        self.asked.add(point)
        return point in self.other

    def variations(self) -> Iterator[Readings]:
        """Each point that was asked about, read the other way by itself."""
        for point in sorted(self.asked - self.other):
            yield Readings(self.other | {point})
