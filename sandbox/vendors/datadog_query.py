"""Datadog's monitor queries, read as far as the API validates them: threshold, evaluation window, balance."""

from __future__ import annotations

import re
from dataclasses import dataclass

COMPARISON = re.compile(r"(<=|>=|==|!=|<|>)\s*(-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)\s*$")
METRIC_WINDOW = re.compile(r"\blast_(\d+)([mhdw])\b")
EVENT_WINDOW = re.compile(r"""\.last\(\s*["'](\w+)["']\s*\)""")
CHECK_COUNT = re.compile(r"\.last\(\s*(\d+)\s*\)")
BURN_WINDOW = re.compile(r"""\.(long|short)_window\(\s*["'](\w+)["']\s*\)""")
SLO_ID = re.compile(r"""(?:error_budget|burn_rate)\(\s*["']([^"']+)["']\s*\)""")
MINUTES = {"m": 1, "h": 60, "d": 1440, "w": 10080}
MOST = {"m": 10080, "h": 730, "d": 1, "w": 1}  # up to a month: content/en/monitors/configuration
CLOSES = {")": "(", "]": "[", "}": "{"}

METRIC_TYPES = ("metric alert", "query alert")
# The types whose query ends in .last("5m"): they search events, so they look back no more than two days.
EVENT_TYPES = (
    "audit alert",
    "ci-pipelines alert",
    "ci-tests alert",
    "database-monitoring alert",
    "error-tracking alert",
    "event-v2 alert",
    "log alert",
    "rum alert",
    "trace-analytics alert",
)
TYPES = (
    *METRIC_TYPES,
    *EVENT_TYPES,
    "composite",
    "cost alert",
    "data-quality alert",
    "event alert",
    "network-path alert",
    "network-performance alert",
    "process alert",
    "service check",
    "slo alert",
    "synthetics alert",
)


@dataclass(frozen=True)
class Comparison:
    """The end of a query: what alerts."""

    operator: str
    number: float
    written: str

    @property
    def rising(self) -> bool:
        """Whether more is worse."""
        return self.operator in (">", ">=")

    @property
    def directed(self) -> bool:
        """Whether there is a worse side at all: == and != have none."""
        return self.operator not in ("==", "!=")


def comparison(query: str) -> Comparison | None:
    """Read the comparison a query ends in; None when it ends in none."""
    match = COMPARISON.search(query)
    return Comparison(match[1], float(match[2]), match[2]) if match else None


def unbalanced(query: str) -> str | None:
    """Return the first bracket or quote without a partner; None when all have one."""
    stack: list[str] = []
    quote = ""
    for index, character in enumerate(query):
        if quote:
            if character == quote and query[index - 1] != "\\":
                quote = ""
        elif character in "\"'":
            quote = character
        elif character in CLOSES.values():
            stack.append(character)
        elif character in CLOSES and (not stack or stack.pop() != CLOSES[character]):
            return character
    return quote or (stack[-1] if stack else None)


def minutes(window: str) -> int | None:
    """Read a window such as 5m, 4h, 1d; None when it isn't one."""
    match = re.fullmatch(r"(\d+)([mhdw])", window)
    return int(match[1]) * MINUTES[match[2]] if match else None


def metric_windows(query: str) -> list[str]:
    """Return the evaluation windows of a metric query, without those in the parameters of its functions."""
    outside = re.sub(r"'[^']*'|\"[^\"]*\"", "", query)
    return [f"{count}{unit}" for count, unit in METRIC_WINDOW.findall(outside)]


def metric_window_allowed(window: str) -> bool:
    """Whether a metric monitor may look back so far: 1 minute to 1 month, in the units the API offers."""
    return 1 <= int(window[:-1]) <= MOST[window[-1]]
