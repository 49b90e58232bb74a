"""Maintenance windows as Grafana mute timings, which every rule of the product names."""

from __future__ import annotations

from pulumiverse_grafana import alerting

from components.vendor import VendorMonitoring
from components.vocabulary.maintenance import Maintenance


def declare_mute(component: VendorMonitoring, window: Maintenance) -> alerting.MuteTiming:
    """Create the mute timing."""
    scope = component.scope
    made = alerting.MuteTiming(
        scope.logical(f"maintenance-{window.name}"),
        name=scope.slug(window.name),
        intervals=[
            alerting.MuteTimingIntervalArgs(
                weekdays=list(window.days),
                times=[alerting.MuteTimingIntervalTimeArgs(start=window.start, end=window.end)],
                location=window.timezone,
            )
        ],
        opts=component.child(used=True),
    )
    return component.answer(window.rows, made)
