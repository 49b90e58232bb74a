"""Alerts on too little of what users bring about: where there are no users, they would fire for ever."""

from __future__ import annotations

from components.vocabulary.alerts import Alert
from components.vocabulary.conditions import Absence
from components.vocabulary.log_signals import LogCount
from components.vocabulary.metrics import Kind, Measured, Source
from components.vocabulary.product import Product
from components.vocabulary.signals import Count, Rate, Total
from components.vocabulary.thresholds import Threshold

# Traces, DogStatsD and logs send nothing while nothing happens. A Prometheus counter is exported all the same.
SENDS_NOTHING_WHEN_IDLE = ("datadog",)


def waits_for_users(product: Product, alert: Alert) -> bool:
    """Whether an alert can't be over without users.

    Two kinds are: a number of events below a limit, and silence of what is sent only when something happens. Hosts and
    integrations report all the time, shares have a traffic gate, and gauges have a value when nobody is there.
    """
    match alert.when:
        case Threshold(sense="below", signal=LogCount()):
            return True
        case Threshold(sense="below", signal=Count() | Rate() | Total() as counted):
            return all(_by_users(metric) for metric in counted.metrics())
        case Absence() as absence if product.telemetry in SENDS_NOTHING_WHEN_IDLE:
            return any(_by_users(metric) and metric.kind is not Kind.GAUGE for metric in absence.metrics())
        case _:
            return False


def _by_users(metric: Measured) -> bool:
    return metric.source is not Source.INFRASTRUCTURE
