"""Every kind of signal there is."""

from __future__ import annotations

from typing import TypeAlias

from components.vocabulary.at_datadog import DatadogQuery, LogsStored
from components.vocabulary.at_grafana import LogQL, PromQL
from components.vocabulary.at_sentry import ErrorCount, FailedTransactions
from components.vocabulary.differences import Difference
from components.vocabulary.log_signals import LogCount
from components.vocabulary.signals import Count, Level, Mean, Percentile, Rate, Ratio, Total, Used, Within
from components.vocabulary.thresholds import Signal

Counted: TypeAlias = Count | Level | Mean | Percentile | Rate | Ratio | Total | Used | Within | Difference
Logged: TypeAlias = LogCount | LogQL  # what is read from log lines, wherever it is drawn
AnySignal: TypeAlias = Counted | LogCount | LogsStored | ErrorCount | FailedTransactions | DatadogQuery | PromQL | LogQL


def known_signal(signal: Signal) -> AnySignal:
    """One of the kinds there are: a `match` on it has to handle each of them, or mypy says which one it doesn't."""
    assert isinstance(signal, AnySignal), type(signal)
    return signal
