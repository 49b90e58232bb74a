"""Maintenance windows as Datadog downtimes."""

from __future__ import annotations

from components.datadog.sdk import datadog
from components.vendor import VendorMonitoring
from components.vocabulary.maintenance import Maintenance

FIRST_WEEK = "2026-01-05"  # a Monday; a recurring downtime needs a first day, and a fixed one is never a difference


def declare_downtime(component: VendorMonitoring, window: Maintenance) -> datadog.DowntimeSchedule:
    """Create the weekly downtime of all monitors of the product in this environment."""
    scope = component.scope
    days = ",".join(day[:2].upper() for day in window.days)
    made = datadog.DowntimeSchedule(
        scope.logical(f"maintenance-{window.name}"),
        scope="*",
        monitor_identifier=datadog.DowntimeScheduleMonitorIdentifierArgs(
            monitor_tags=[f"env:{scope.environment.name}", f"product:{scope.product.name}"]
        ),
        recurring_schedule=datadog.DowntimeScheduleRecurringScheduleArgs(
            recurrences=[
                datadog.DowntimeScheduleRecurringScheduleRecurrenceArgs(
                    start=f"{FIRST_WEEK}T{window.start}:00",
                    duration=f"{window.minutes}m",
                    rrule=f"FREQ=WEEKLY;BYDAY={days}",
                )
            ],
            timezone=window.timezone,
        ),
        display_timezone=window.timezone,
        message=f"{scope.title(window.name)}. {scope.managed(window.rows)}",
        mute_first_recovery_notification=False,
        notify_end_states=["alert", "no data", "warn"],
        notify_end_types=["expired"],
        opts=component.child(),
    )
    return component.answer(window.rows, made)
